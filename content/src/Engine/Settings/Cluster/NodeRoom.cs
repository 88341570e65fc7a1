namespace TaskQueue.Settings.Cluster;

/// <summary>What a node of a machine type leaves for workers.</summary>
/// <param name="Cpus">CPUs; null when the type does not say.</param>
/// <param name="Memory">Bytes; null when it is not known.</param>
/// <param name="Storage">Bytes of ephemeral storage.</param>
internal sealed record NodeRoom(decimal? Cpus, decimal? Memory, decimal Storage)
{
    private const decimal Gibi = 1L << 30;

    /// <summary>What GKE and the pods of the system take of the CPUs.</summary>
    private const decimal SystemCpus = 0.5m;

    /// <summary>What the pods of the system ask for, and the threshold of eviction.</summary>
    private const decimal SystemMemory = 0.5m * Gibi;

    /// <summary>Of a boot disk of 100 GB, after what GKE keeps.</summary>
    private const decimal DiskRoom = 45 * Gibi;

    /// <summary>What GKE keeps: so much of the first 4 GiB, of the next 4, and so on.</summary>
    /// <remarks>https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes</remarks>
    private static readonly (decimal Gibibytes, decimal Share)[] Reserved =
        [(4, 0.25m), (4, 0.20m), (8, 0.10m), (112, 0.06m), (decimal.MaxValue / Gibi, 0.02m)];

    public static NodeRoom Of(MachineType type) => new(
        type.Cpus is { } cpus ? Math.Max(cpus - SystemCpus, 0) : null,
        type.Memory is { } memory ? Math.Max(memory - Reserve(memory) - SystemMemory, 0) : null,
        DiskRoom);

    private static decimal Reserve(decimal memory)
    {
        var reserve = 0m;
        foreach (var (gibibytes, share) in Reserved)
        {
            var part = Math.Min(memory, gibibytes * Gibi);
            reserve += part * share;
            memory -= part;
        }

        return reserve;
    }
}
