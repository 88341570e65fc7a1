namespace TaskQueue.Records;

/// <summary>The rolling counts of one worker: <c>workers/&lt;worker&gt;.json</c>, written at most every 10 s.</summary>
public sealed record WorkerRecord
{
    public required string Worker { get; init; }

    public required string Host { get; init; }

    public required int ProcessId { get; init; }

    public required string Build { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Updated { get; init; }

    /// <summary>When it left; null while it works, and for ever when it was killed.</summary>
    public DateTimeOffset? Stopped { get; init; }

    public required int Concurrency { get; init; }

    public required int Running { get; init; }

    public required long Done { get; init; }

    /// <summary>Failed attempts, whether or not another one followed.</summary>
    public required long Failed { get; init; }

    /// <summary>Rows that were done already.</summary>
    public required long Skipped { get; init; }

    /// <summary>Tasks finished per second over the last minute of work.</summary>
    public required double PerSecond { get; init; }
}
