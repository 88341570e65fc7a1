using TaskQueue.Contracts;
//#if (gke)
using TaskQueue.Settings.Cluster.Gke;
//#endif

namespace TaskQueue.Settings.Cluster;

/// <summary>Checks whether the settings of cluster.env and task.env can work on a cluster, before money is spent.</summary>
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
        if (problems.Count == 0 && clusterEnv is null && !IsNamed(cluster))
            return $"not used: {name} names no cluster";

        // The environment of this machine does not reach the pods.
        var task = new SettingLines(EnvFiles.Read(root, workingDirectory, envFile, problems).Lines, SettingsTable.All, "task.env");
        problems.AddRange(lines.Select(ClusterTable.FindProblemOfName).OfType<SettingProblem>());
        problems.AddRange(SettingsOf(cluster).Select(setting => FindProblemOfValue(setting, cluster)).OfType<SettingProblem>());
        if (problems.Count == 0)
            problems.AddRange(FindProblems(cluster, task));

        return problems.Count > 0 ? throw SettingProblem.ToException(problems) : Describe(cluster);
    }

    //#if (gke)
    /// <summary>The lines of config/cluster.env, checked or not.</summary>
    public static SettingLines Read(string root)
    {
        var path = Path.Combine(root, "config", "cluster.env");
        IReadOnlyList<EnvLine> lines = File.Exists(path) ? EnvFile.Read(path, EnvFiles.NameOf(path, root), []) : [];
        return new(lines.ToDictionary(line => line.Name), ClusterTable.All, EnvFiles.NameOf(path, root));
    }

    //#endif
    /// <summary>Whether the lines say which cluster; the file as it is generated does not.</summary>
    private static bool IsNamed(SettingLines cluster)
    {
        //#if (gke)
        if (!GkeCluster.Is(cluster) || cluster.Has(GkeCluster.Project))
            return true;
        //#endif
        return cluster.Has(ClusterTable.Context.Name);
    }

    /// <summary>The lines that count for a cluster of this kind.</summary>
    private static IEnumerable<Setting> SettingsOf(SettingLines cluster)
    {
        //#if (gke)
        if (GkeCluster.Is(cluster))
            return [.. ClusterTable.Common, .. GkeCluster.Settings];
        //#endif
        return [ClusterTable.Context, .. ClusterTable.Common];
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

    private static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, SettingLines task)
    {
        var problems = PodRules.FindProblems(cluster, task);
        //#if (brokers)
        problems = problems.Concat(TriggerRules.FindProblems(cluster, task));
        //#endif
        //#if (gke)
        if (GkeCluster.Is(cluster))
            problems = problems.Concat(GkeCluster.FindProblems(cluster, task));
        //#endif
        return problems;
    }

    private static string Describe(SettingLines cluster)
    {
        var workload = cluster["WORKLOAD"];
        var most = workload.StartsWith("scaled", StringComparison.Ordinal) ? "at most " : "";
        var place = $"in the context {cluster[ClusterTable.Context.Name]}";
        //#if (gke)
        place = GkeCluster.Is(cluster) ? GkeCluster.Describe(cluster) : place;
        //#endif
        return $"{workload} of {most}{cluster["TASK_REPLICAS"]} workers {place}";
    }
}
