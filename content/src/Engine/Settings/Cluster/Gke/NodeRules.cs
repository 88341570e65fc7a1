using System.Globalization;

namespace TaskQueue.Settings.Cluster.Gke;

/// <summary>Whether the workers fit on the nodes.</summary>
internal static class NodeRules
{
    private const decimal Gibi = 1L << 30;

    /// <summary>Pods of the system on each node.</summary>
    private const int SystemPods = 10;

    /// <summary>Of a boot disk of 100 GB, after what GKE keeps.</summary>
    private const decimal DiskRoom = 45 * Gibi;

    public static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, bool isAutopilot)
    {
        if (cluster.Number("GPU_COUNT") > 0 && !cluster.Has("GPU_TYPE"))
        {
            return
            [
                cluster.Problem(
                    "GPU_COUNT", $"GPU_COUNT is {cluster["GPU_COUNT"]}, and GPU_TYPE is missing.", "Name a type, such as nvidia-l4."),
            ];
        }

        return isAutopilot ? [] : FindProblemsOfNodes(cluster);
    }

    private static IEnumerable<SettingProblem> FindProblemsOfNodes(SettingLines cluster)
    {
        var type = MachineType.Parse(cluster["GOOGLE_COMPUTE_TYPE"])!;
        var (cpus, memory) = (PodRules.Amount(cluster, "CPU_REQUEST"), PodRules.Amount(cluster, "MEMORY_REQUEST"));
        var storage = PodRules.Amount(cluster, "EPHEMERAL_STORAGE_REQUEST");
        if (cpus > type.CpusForWorkers)
            yield return TooLarge(cluster, "CPU_REQUEST", $"{Number(type.CpusForWorkers)} of its {Number(type.Cpus)} CPUs");
        if (memory > type.MemoryForWorkers)
            yield return TooLarge(cluster, "MEMORY_REQUEST", $"{Gibibytes(type.MemoryForWorkers)} of its {Gibibytes(type.Memory)} GiB");
        if (storage > DiskRoom)
            yield return TooLarge(cluster, "EPHEMERAL_STORAGE_REQUEST", $"{Gibibytes(DiskRoom)} GiB of its disk");

        decimal[] fits =
        [
            type.CpusForWorkers / cpus ?? decimal.MaxValue, type.MemoryForWorkers / memory ?? decimal.MaxValue, DiskRoom / storage,
            cluster.Number("PODS_PER_NODE") - SystemPods, cluster.Number("GPU_COUNT") > 0 ? 1 : decimal.MaxValue,
        ];
        var perNode = Math.Floor(fits.Min());
        var (nodes, workers) = (cluster.Number("MAX_NODES"), cluster.Number("TASK_REPLICAS"));
        if (perNode >= 1 && workers > perNode * nodes)
        {
            yield return cluster.Problem(
                "TASK_REPLICAS",
                $"TASK_REPLICAS is {workers}, and {nodes} {type.Name} nodes have room for {perNode * nodes} workers, {perNode} each.",
                $"Set TASK_REPLICAS to {perNode * nodes}, or MAX_NODES to {Math.Ceiling(workers / perNode)}.");
        }
        else if (perNode < 1 && cluster.Number("PODS_PER_NODE") <= SystemPods)
        {
            yield return cluster.Problem(
                "PODS_PER_NODE",
                $"PODS_PER_NODE is {cluster["PODS_PER_NODE"]}, and the system has {SystemPods} pods on each node.",
                "Set it to 32.");
        }
    }

    private static SettingProblem TooLarge(SettingLines cluster, string name, string room) => cluster.Problem(
        name, $"{name} is {cluster[name]}, and a node {cluster["GOOGLE_COMPUTE_TYPE"]} leaves {room} for workers.",
        "Ask for less, or take a larger GOOGLE_COMPUTE_TYPE.");

    private static string Gibibytes(decimal? bytes) => Number(bytes / Gibi);

    private static string Number(decimal? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "?";
}
