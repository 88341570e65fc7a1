namespace TaskQueue.Worker;

/// <summary>What a worker was asked to do.</summary>
public sealed record WorkerRequest
{
    /// <summary>Whether to leave when nothing is ready or leased any more.</summary>
    public bool ExitWhenEmpty { get; init; }

    /// <summary>Leaves after so many tasks; null for no end.</summary>
    public long? MaxTasks { get; init; }

    /// <summary>Leaves when so many rows have failed for good in this worker; null for no end.</summary>
    public long? StopAfterFailures { get; init; }

    /// <summary>Whether debug messages are logged, too.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Ends a worker that runs inside another program, whose signals and console it leaves alone; null for a process of its own.</summary>
    public CancellationToken? Stopping { get; init; }

    /// <summary>Drains a worker process as a signal does: its parent has gone, or asks for it.</summary>
    public CancellationToken Leaving { get; init; }

    /// <summary>Whether another process shows the progress of several workers, and warns for all of them.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>Draws a line on the terminal in place of the one before, and says whether it did; null where there is none.</summary>
    public Func<string, bool>? Draw { get; init; }
}
