using System.Text.Json.Serialization;

namespace TaskQueue.Reports.Runs;

/// <summary>How far the work of a run has come; of all messages where there is no run.</summary>
internal sealed record Status
{
    /// <summary>Which run; null when nothing was inserted yet.</summary>
    public required string? Run { get; init; }

    public required RunState? State { get; init; }

    /// <summary>The run's task.</summary>
    public required string? Task { get; init; }

    /// <summary>Path or URL of its table.</summary>
    public required string? Table { get; init; }

    /// <summary>Where the queue is.</summary>
    public required string Queue { get; init; }

    /// <summary>Where outputs and records are.</summary>
    public required string Store { get; init; }

    /// <summary>Tasks that wait for a worker.</summary>
    public required long Queued { get; init; }

    /// <summary>Of these, the ones that rest before their next attempt, of whichever run.</summary>
    public required long Delayed { get; init; }

    /// <summary>Until the first of them is due; null when there is none.</summary>
    public required double? SecondsToNextAttempt { get; init; }

    /// <summary>Tasks that a worker holds.</summary>
    public required long Running { get; init; }

    /// <summary>Rows that are done; where successes are not recorded, what the workers counted.</summary>
    public required long Done { get; init; }

    /// <summary>Tasks that used up their attempts or were rejected.</summary>
    public required long Failed { get; init; }

    /// <summary>Rows of the run; null when nothing was inserted yet.</summary>
    public required long? Rows { get; init; }

    /// <summary>Rows of the table that were done before the run.</summary>
    public required long DoneBefore { get; init; }

    /// <summary>Rows of all runs that are neither queued nor running nor ended: insert again.</summary>
    public required long Missing { get; init; }

    /// <summary>Tasks per second that ended well, by the workers that are at work.</summary>
    public required double TasksPerSecond { get; init; }

    /// <summary>Until nothing is left at this rate; null when there is no rate.</summary>
    public required double? SecondsLeft { get; init; }

    /// <summary>Those seen in the last day that did not leave.</summary>
    public required IReadOnlyList<WorkerStatus> Workers { get; init; }

    /// <summary>Whether nothing more will happen by itself.</summary>
    [JsonIgnore]
    public bool IsOver => State is RunState.Finished or RunState.Cancelled;
}

/// <param name="Name">Which.</param>
/// <param name="Running">Tasks that it holds.</param>
/// <param name="Rows">Ids of some of them, as they may be printed.</param>
/// <param name="Done">Tasks that succeeded.</param>
/// <param name="Failed">Failed attempts.</param>
/// <param name="TasksPerSecond">Over its last minute of work.</param>
/// <param name="SecondsSinceSeen">Since its last sign of life.</param>
/// <param name="IsSilent">Whether it should have written since, and probably was killed.</param>
internal sealed record WorkerStatus(
    string Name, int Running, IReadOnlyList<string> Rows, long Done, long Failed, double TasksPerSecond, double SecondsSinceSeen, bool IsSilent);
