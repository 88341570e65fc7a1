namespace TaskQueue.Settings;

/// <summary>The image that workers elsewhere run.</summary>
internal static class ClusterImage
{
    private const string Name = "TASK_DOCKER_IMAGE";

    /// <summary>That of the environment, or of config/cluster.env; null where neither names one.</summary>
    public static string? Find(string root)
    {
        if (Environment.GetEnvironmentVariable(Name) is { Length: > 0 } image)
            return image;

        var path = Path.Combine(root, "config", "cluster.env");
        return File.Exists(path) ? EnvFile.Read(path, EnvFiles.NameOf(path, root), []).LastOrDefault(line => line.Name == Name)?.Value : null;
    }
}
