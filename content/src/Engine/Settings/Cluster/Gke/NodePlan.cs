using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Settings.Cluster.Gke;

/// <summary>The nodes that some workers need.</summary>
/// <param name="Machine">The type of the nodes.</param>
/// <param name="Nodes">How many of them.</param>
/// <param name="Workers">Workers that have room there, at most those that were asked for.</param>
internal sealed record NodePlan(MachineType Machine, long Nodes, long Workers)
{
    private const int MostNodes = 1000;

    /// <summary>Lines for cluster.env.</summary>
    public string[] Lines => [$"GOOGLE_COMPUTE_TYPE={Machine.Name}", $"MAX_NODES={Nodes}"];

    /// <exception cref="TaskQueueException">One worker needs more than a node has (65).</exception>
    public static NodePlan For(MachineType machine, long workers, int millicores, long mebibytes)
    {
        var byCpu = machine.CpusForWorkers is { } cpus ? (long)(cpus * 1000 / millicores) : long.MaxValue;
        var byMemory = machine.MemoryForWorkers is { } memory ? (long)(memory / (mebibytes << 20)) : long.MaxValue;
        var perNode = Math.Min(byCpu, byMemory) switch
        {
            0 => throw new TaskQueueException(
                ExitCode.BadInput, $"One worker needs {millicores}m CPU and {mebibytes}Mi, more than a node {machine.Name} has.",
                next: "Name a larger type: dotnet run advise --machine n2-highmem-8"),
            long.MaxValue => 1,
            var fit => fit,
        };
        var nodes = Math.Min(MostNodes, (workers + perNode - 1) / perNode);
        return new(machine, nodes, Math.Min(workers, nodes * perNode));
    }

    /// <summary>The price of the nodes for some hours, as the end of a sentence.</summary>
    public string Cost(double hours) => CloudPrices.SpotHour(Machine.Name, Machine.Cpus, Machine.Memory) is { } hour
        ? string.Create(CultureInfo.InvariantCulture, $", about {(double)hour * Nodes * hours:0.00} USD of Spot nodes (list prices of us-central1, {CloudPrices.AsOf}; without the cluster's own node and fee)")
        : "; no price is known for this type";
}
