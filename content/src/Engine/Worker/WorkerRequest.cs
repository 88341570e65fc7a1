namespace TaskQueue.Worker;

/// <summary>What a worker was asked to do.</summary>
public sealed record WorkerRequest
{
    /// <summary>Whether to leave when nothing is ready or leased any more.</summary>
    public bool ExitWhenEmpty { get; init; }

    /// <summary>Leaves after so many tasks; null for no end.</summary>
    public long? MaxTasks { get; init; }

    /// <summary>Whether debug messages are logged, too.</summary>
    public bool IsVerbose { get; init; }
}
