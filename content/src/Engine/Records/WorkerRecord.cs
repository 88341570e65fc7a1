using TaskQueue.Records.Journals;

namespace TaskQueue.Records;

/// <summary>The rolling counts of one worker: <c>workers/&lt;worker&gt;.json</c>, written at most every 10 s.</summary>
public sealed record WorkerRecord
{
    /// <summary>A worker writes every 10 s; three missed writes are no accident.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(35);

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

    /// <summary>Tasks per second over the last minute of work that ended well.</summary>
    public required double PerSecond { get; init; }

    /// <summary>For each run that it has met, what it runs and has done.</summary>
    public IReadOnlyList<WorkerRun> Runs { get; init; } = [];

    /// <summary>For each run, what of its journal is counted.</summary>
    public IReadOnlyList<JournalCount> Journals { get; init; } = [];

    /// <summary>Ids of tasks that it holds: the first few, cut when they are long.</summary>
    public IReadOnlyList<string> RunningRows { get; init; } = [];

    /// <summary>CPU and memory of its process over time; null in records of older versions.</summary>
    public WorkerSamples? Samples { get; init; }

    /// <summary>Whether it is at work, as far as its record tells.</summary>
    public bool IsAlive(DateTimeOffset now) => Stopped is null && now - Updated <= Silence;
}

/// <param name="Run">Its name; empty for messages that name none.</param>
/// <param name="Running">Tasks that have started and whose end is not recorded.</param>
/// <param name="Done">Tasks that succeeded.</param>
public sealed record WorkerRun(string Run, int Running, long Done);
