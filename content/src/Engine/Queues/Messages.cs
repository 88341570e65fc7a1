namespace TaskQueue.Queues;

/// <summary>A message to queue.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Id">The row's id in UTF-8.</param>
/// <param name="Body">The JSON of <c>{"v":1,"id","task","run","build","row","total","parameters"}</c>, perhaps with <c>"repeat":true</c> or <c>"again":true</c>.</param>
/// <param name="Run">The run that stands in the body; null when none does.</param>
public readonly record struct QueuedMessage(string Task, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Body, string? Run = null)
{
    /// <summary>Whether it takes the place of a message of the same row that nobody holds.</summary>
    public bool Again { get; init; }

    /// <summary>How many rows it is for: more than 1 in a group.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>How long nobody may have it, where the queue can delay a message; elsewhere nothing.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Where the parts of the body are, so that it can go into a group; zeros where that is not known.</summary>
    public MessageParts Parts { get; init; }
}

/// <summary>Where the parts of a row's message end that a group shares or keeps apart.</summary>
/// <param name="Id">Behind <c>{"v":1,"id":</c> and the id.</param>
/// <param name="Build">Behind task, run and build, which all rows share.</param>
/// <param name="Row">Behind the row's number.</param>
/// <param name="Total">Behind total and marks, which all rows share; parameters follow.</param>
public readonly record struct MessageParts(int Id, int Build, int Row, int Total);

/// <summary>What is left of a group when its other rows have ended.</summary>
/// <param name="Ready">Messages of one row each.</param>
/// <param name="Parked">Rows that are out of attempts, each as a message of its own.</param>
public sealed record GroupRest(IReadOnlyList<QueuedMessage> Ready, IReadOnlyList<TakenMessage> Parked);

/// <summary>How far an insert has come.</summary>
/// <param name="Queued">Rows whose messages are durable and new since the last report.</param>
/// <param name="AlreadyQueued">Rows of this batch that were ready, leased or parked already.</param>
public sealed record InsertedBatch(int Queued, int AlreadyQueued)
{
    /// <summary>Of those that were there already, the ones of another run.</summary>
    public int InOtherRuns { get; init; }

    /// <summary>The ids of some that are running, and so were not replaced.</summary>
    public IReadOnlyList<string> Running { get; init; } = Array.Empty<string>();

    /// <summary>Why the queue takes no messages for now; null while it does.</summary>
    public string? Waits { get; init; }
}

/// <summary>Rows by state; on brokers approximate, and a group counts as one.</summary>
public readonly record struct QueueCounts(long Ready, long Leased, long Parked);

/// <summary>Tasks that rest before their next attempt.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">Until the first of them is due.</param>
public readonly record struct DelayedTasks(long Count, TimeSpan First);

/// <summary>Where a message is.</summary>
public enum MessageState
{
    /// <summary>The queue cannot be asked for one message.</summary>
    Unknown,

    Absent,

    Ready,

    /// <summary>It rests before its next attempt.</summary>
    Delayed,

    Leased,

    Parked,
}

/// <param name="Key">Task and row id.</param>
/// <param name="Parking">How it came to be parked.</param>
public sealed record ParkedMessage(MessageKey Key, Parking Parking);

/// <summary>A message that this worker holds for a while.</summary>
/// <param name="Sequence">The queue's own number of the message.</param>
/// <param name="Token">The fencing token of this lease.</param>
/// <param name="Attempt">1 for the first attempt, this one counted; null when the queue counts deliveries only.</param>
/// <param name="IsSuspect">Whether the last lease of this message expired: its worker may have died of it.</param>
/// <param name="Body">The message's JSON.</param>
public record Lease(long Sequence, long Token, int? Attempt, bool IsSuspect, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the message was leased before, to whomever.</summary>
    public bool IsRepeat { get; init; }
}
