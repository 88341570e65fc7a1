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
        var relative = Path.GetRelativePath(root, path);
        var name = relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        var cluster = ClusterEnv.Read(path, name, problems);
        if (cluster is null && clusterEnv is not null)
            throw new TaskQueueException(ExitCode.Configuration, $"There is no file {clusterEnv}.", path);

        if (problems.Count == 0 && (cluster is null || (clusterEnv is null && !cluster.IsFilledIn)))
            return $"not used: {name} names no project";

        var task = TaskLines.Read(root, workingDirectory, envFile, problems);
        problems.AddRange(cluster?.FindProblems() ?? []);
        if (problems.Count == 0)
            problems.AddRange([.. NodeRules.FindProblems(cluster!), .. PodRules.FindProblems(cluster!, task)]);

        return problems.Count > 0 ? throw SettingProblem.ToException(problems) : Describe(cluster!);
    }

    private static string Describe(ClusterEnv cluster)
    {
        var (workload, zone) = (cluster["WORKLOAD"], cluster["GOOGLE_ZONE"]);
        var most = workload.StartsWith("scaled", StringComparison.Ordinal) ? "at most " : "";
        var workers = $"{workload} of {most}{cluster["TASK_REPLICAS"]} workers";
        return cluster["CLUSTER_MODE"] == "autopilot"
            ? $"{workers} on Autopilot in {zone[..^2]}"
            : $"{workers} on at most {cluster["MAX_NODES"]} Spot nodes {cluster["GOOGLE_COMPUTE_TYPE"]} in {zone}";
    }
}
