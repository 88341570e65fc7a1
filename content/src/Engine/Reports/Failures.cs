namespace TaskQueue.Reports;

/// <summary>The failed tasks, for people and as JSON.</summary>
internal sealed record Failures
{
    public required int Count { get; init; }

    /// <summary>By what went wrong, the commonest first.</summary>
    public required IReadOnlyList<FailureGroup> Groups { get; init; }

    /// <summary>The last to fail first.</summary>
    public required IReadOnlyList<Failure> Tasks { get; init; }
}

/// <param name="Error">What the messages have in common.</param>
/// <param name="Count">Tasks that failed so.</param>
/// <param name="Example">The id of one of them.</param>
internal sealed record FailureGroup(string Error, int Count, string Example);

/// <param name="Task">The task's name.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Attempts">Attempts that were counted.</param>
/// <param name="Failed">When the last one failed.</param>
/// <param name="Error">The exception's type and its message, or why the queue parked it.</param>
/// <param name="Worker">Who ran it last; null when no record of it could be written.</param>
internal sealed record Failure(
    string Task, string Id, int Attempts, DateTimeOffset Failed, string Error, string? Worker);
