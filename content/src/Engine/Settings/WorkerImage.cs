namespace TaskQueue.Settings;

/// <summary>The image that workers elsewhere run.</summary>
internal static class WorkerImage
{
    private const string Name = "TASK_DOCKER_IMAGE";

    /// <summary>Its name; null where none is given.</summary>
    /// <param name="root">The project's folder.</param>
    public static string? Find(string root)
    {
        if (Environment.GetEnvironmentVariable(Name) is { Length: > 0 } image)
            return image;
        //#if (kubernetes)
        var path = Path.Combine(root, "config", "cluster.env");
        if (File.Exists(path))
            return EnvFile.Read(path, EnvFiles.NameOf(path, root), []).LastOrDefault(line => line.Name == Name)?.Value;
        //#endif
        return null;
    }
}
