namespace TaskQueue.Reports;

/// <summary>The failed tasks, for people and as JSON.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Groups">By what went wrong, the commonest first.</param>
/// <param name="Tasks">The last to fail first; not all where they are many.</param>
internal sealed record Failures(int Count, IReadOnlyList<FailureGroup> Groups, IReadOnlyList<Failure> Tasks)
{
    /// <summary>Tasks of other runs that have failed.</summary>
    public int OtherRuns { get; init; }

    /// <summary>Tasks of all runs that wait for their next attempt, where the queue knows of such.</summary>
    public long Waiting { get; init; }
}

/// <param name="Error">What the messages have in common.</param>
/// <param name="Count">Tasks that failed so.</param>
/// <param name="Example">The id of one of them.</param>
internal sealed record FailureGroup(string Error, int Count, string Example);

/// <param name="Task">The task's name.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Row">Row of the table, from 0; null when it is not known.</param>
/// <param name="Attempts">Attempts that were counted.</param>
/// <param name="Failed">When the last one failed.</param>
/// <param name="Error">The exception's type and its message, or why the queue parked it.</param>
/// <param name="Worker">Who ran it last; null when no record of it could be written.</param>
internal sealed record Failure(
    string Task, string Id, long? Row, int Attempts, DateTimeOffset Failed, string Error, string? Worker);
