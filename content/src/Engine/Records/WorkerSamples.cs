namespace TaskQueue.Records;

/// <summary>What a worker's process used over time: at most 120 moments, some 2 KB. Lists of equal length, one value for each moment.</summary>
/// <param name="Seconds">Since the worker's start.</param>
/// <param name="CpuSeconds">CPU time since the process started, of all CPUs.</param>
/// <param name="Megabytes">Resident memory in 10^6 bytes: the largest that was seen since the moment before.</param>
public sealed record WorkerSamples(IReadOnlyList<double> Seconds, IReadOnlyList<double> CpuSeconds, IReadOnlyList<int> Megabytes);
