using System.Text.Json;

namespace TaskQueue.Worker;

/// <summary>How an attempt ended, for whoever asked for it.</summary>
/// <param name="Outcome">What the queue has to be told.</param>
/// <param name="Reason">One line that says why, unless it succeeded.</param>
public readonly record struct TaskReport(TaskOutcome Outcome, string Reason = "")
{
    /// <summary>What RunTask returned, when it succeeded.</summary>
    public JsonElement Result { get; init; }

    /// <summary>The attempt that ended, from 1; 0 when none was made.</summary>
    public int Attempt { get; init; }

    /// <summary>What it threw, when it failed.</summary>
    public Exception? Exception { get; init; }
}
