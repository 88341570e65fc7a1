using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;

namespace TaskQueue.Worker.Attempts;

/// <summary>A run that this worker has met, and whether a person has ended it.</summary>
/// <param name="name">Its name; null for messages that name none.</param>
/// <param name="record">Its record; null when there is none.</param>
internal sealed class KnownRun(string? name, RunRecord? record) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();

    /// <summary>What names no run, or one without a record: anybody can write such messages, so they share one place.</summary>
    public static KnownRun None { get; } = new(null, null);

    /// <summary>What is written for it has this name; null where there is no record.</summary>
    public string? Name { get; } = record is null ? null : name;

    /// <summary>Its start, when it runs rows though they are done.</summary>
    public DateTimeOffset? Again { get; } = record is { Again: true } ? record.Started : null;

    /// <summary>The span of its insert; null where nobody traced that.</summary>
    public ActivityContext? Insert { get; } = ActivityContext.TryParse(record?.TraceParent, traceState: null, isRemote: true, out var context) ? context : null;

    public bool IsEnded { get; private set; }

    /// <summary>Whether nothing of it may be recorded any more.</summary>
    public bool IsDeleted { get; private set; }

    /// <summary>Fires when a person has ended it.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Only at the end of the process: its token may be in use by a task that was left behind.</summary>
    public void Dispose() => _cancelled.Dispose();

    public void End(RunEnd end)
    {
        IsDeleted |= end.IsDeleted;
        if (IsEnded)
            return;
        IsEnded = true;
        // Its callbacks are of tasks: they take threads of their own.
        _cancelled.Cancel();
    }
}
