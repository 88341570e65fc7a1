using TaskQueue.Contracts;

namespace TaskQueue.Settings.Cluster;

/// <summary>Finds out whether what cluster.env and task.env say can work on a cluster, before money is spent.</summary>
internal static class ClusterCheck
{
    /// <param name="root">The project's folder.</param>
    /// <param name="workingDirectory">Where relative paths of files start.</param>
    /// <param name="envFile">Replaces config/task.env; null for the default.</param>
    /// <param name="clusterEnv">Replaces config/cluster.env; null for the default, which need not be filled in.</param>
    /// <returns>What there will be, in a line.</returns>
    /// <exception cref="TaskQueueException">Something has to be changed (exit code 78).</exception>
    public static string Run(string root, string workingDirectory, string? envFile, string? clusterEnv)
    {
        var problems = new List<SettingProblem>();
        var path = Path.GetFullPath(clusterEnv ?? Path.Combine(root, "config", "cluster.env"), workingDirectory);
        var name = EnvFiles.NameOf(path, root);
        if (clusterEnv is not null && !File.Exists(path))
            throw new TaskQueueException(ExitCode.Configuration, $"There is no file {clusterEnv}.", path);

        var lines = File.Exists(path) ? EnvFile.Read(path, name, problems) : [];
        var cluster = new SettingLines(lines.ToDictionary(line => line.Name), ClusterTable.All, name);
        // The file as it is generated names no project.
        if (problems.Count == 0 && clusterEnv is null && !cluster.Has("GOOGLE_PROJECT_NAME"))
            return $"not used: {name} names no project";

        // The environment of this machine does not reach the pods.
        var task = new SettingLines(EnvFiles.Read(root, workingDirectory, envFile, problems).Lines, SettingsTable.All, "task.env");
        problems.AddRange(lines.Select(ClusterTable.FindProblemOfName).OfType<SettingProblem>());
        problems.AddRange(ClusterTable.All.Select(setting => FindProblemOfValue(setting, cluster)).OfType<SettingProblem>());
        if (problems.Count == 0)
            problems.AddRange([.. NodeRules.FindProblems(cluster), .. PodRules.FindProblems(cluster, task)]);

        return problems.Count > 0 ? throw SettingProblem.ToException(problems) : Describe(cluster);
    }

    /// <summary>The image that the project's cluster runs: of the environment, or of config/cluster.env; null where neither names one.</summary>
    public static string? FindImage(string root)
    {
        const string Name = "TASK_DOCKER_IMAGE";
        var path = Path.Combine(root, "config", "cluster.env");
        if (Environment.GetEnvironmentVariable(Name) is { Length: > 0 } image)
            return image;
        return File.Exists(path) ? EnvFile.Read(path, EnvFiles.NameOf(path, root), []).LastOrDefault(line => line.Name == Name)?.Value : null;
    }

    private static SettingProblem? FindProblemOfValue(Setting setting, SettingLines cluster)
    {
        var (name, value) = (setting.Name, cluster[setting.Name]);
        if (value.Length == 0)
            return setting.Default is null ? cluster.Problem(name, $"{name} is missing.", $"Write {setting.Range}.") : null;

        return setting.IsAllowed(value)
            ? null
            : cluster.Problem(name, $"{name} is \"{value}\"; allowed: {setting.Range}.", "Correct it.");
    }

    private static string Describe(SettingLines cluster)
    {
        var (workload, zone) = (cluster["WORKLOAD"], cluster["GOOGLE_ZONE"]);
        var most = workload.StartsWith("scaled", StringComparison.Ordinal) ? "at most " : "";
        var workers = $"{workload} of {most}{cluster["TASK_REPLICAS"]} workers";
        return cluster["CLUSTER_MODE"] == "autopilot"
            ? $"{workers} on Autopilot in {zone[..^2]}"
            : $"{workers} on at most {cluster["MAX_NODES"]} Spot nodes {cluster["GOOGLE_COMPUTE_TYPE"]} in {zone}";
    }
}
