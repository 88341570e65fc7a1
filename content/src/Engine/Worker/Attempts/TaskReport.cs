using System.Text.Json;
using TaskQueue.Queues;

namespace TaskQueue.Worker.Attempts;

/// <summary>How an attempt ended, for its caller.</summary>
/// <param name="Outcome">What the queue has to be told.</param>
/// <param name="Reason">One line that says why, unless it succeeded.</param>
public readonly record struct TaskReport(TaskOutcome Outcome, string Reason = "")
{
    /// <summary>What RunTask returned, when it succeeded.</summary>
    public JsonElement Result { get; init; }

    /// <summary>What is left of a group that ended with <see cref="TaskOutcome.Split"/>.</summary>
    public GroupRest? Left { get; init; }

    /// <summary>The attempt that ended, from 1; 0 when none was made.</summary>
    public int Attempt { get; init; }

    /// <summary>What it threw, when it failed.</summary>
    public Exception? Exception { get; init; }

    /// <summary>How long the row is to rest before its next attempt, where the task says so; null for what its queue does of itself.</summary>
    public TimeSpan? Rest { get; init; }
}

/// <summary>What the queue has to be told of an attempt.</summary>
public enum TaskOutcome
{
    /// <summary>It succeeded and its record is written: acknowledge.</summary>
    Done,

    /// <summary>The row was done already: acknowledge.</summary>
    AlreadyDone,

    /// <summary>A person has ended its run: acknowledge; nothing is recorded.</summary>
    Dropped,

    /// <summary>It failed, and another attempt may follow.</summary>
    Failed,

    /// <summary>It failed for the last time, or can never succeed: park.</summary>
    Parked,

    /// <summary>The worker leaves, or the task cannot run now: give back, and do not count the attempt.</summary>
    GivenBack,

    /// <summary>Of a group: some of its rows are left; queue them as messages of their own, then acknowledge. Of a row: it is one of these.</summary>
    Split,

    /// <summary>Somebody else may have the lease by now: leave the message alone.</summary>
    LeaseLost,
}
