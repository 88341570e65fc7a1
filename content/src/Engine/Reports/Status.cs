namespace TaskQueue.Reports;

/// <summary>How far the work has come.</summary>
internal sealed record Status
{
    /// <summary>Where the queue is.</summary>
    public required string Queue { get; init; }

    /// <summary>Where outputs and records are.</summary>
    public required string Store { get; init; }

    /// <summary>Tasks that wait for a worker.</summary>
    public required long Queued { get; init; }

    /// <summary>Tasks that a worker holds.</summary>
    public required long Running { get; init; }

    /// <summary>Rows that are done; where successes are not recorded, what the workers counted.</summary>
    public required long Done { get; init; }

    /// <summary>Tasks that used up their attempts or were rejected.</summary>
    public required long Failed { get; init; }

    /// <summary>Rows of the tables that were inserted last; null when nothing was inserted yet.</summary>
    public required long? Rows { get; init; }

    /// <summary>Tasks finished per second by the workers that are at work.</summary>
    public required double TasksPerSecond { get; init; }

    /// <summary>Until the queue is empty at this rate; null when there is no rate.</summary>
    public required double? SecondsLeft { get; init; }

    /// <summary>Those seen in the last day that did not leave.</summary>
    public required IReadOnlyList<WorkerStatus> Workers { get; init; }
}

/// <param name="Name">Which.</param>
/// <param name="Running">Tasks that it holds.</param>
/// <param name="Done">Tasks that succeeded.</param>
/// <param name="Failed">Failed attempts.</param>
/// <param name="TasksPerSecond">Over its last minute of work.</param>
/// <param name="SecondsSinceSeen">Since its last sign of life.</param>
/// <param name="IsSilent">Whether it should have written since, and probably was killed.</param>
internal sealed record WorkerStatus(
    string Name, int Running, long Done, long Failed, double TasksPerSecond, double SecondsSinceSeen, bool IsSilent);
