using TaskQueue.Binding;
using TaskQueue.Insert;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.Results;

/// <summary>Which rows are wanted.</summary>
internal sealed record ResultRequest
{
    /// <summary>Whose rows.</summary>
    public required IReadOnlyList<TaskDefinition> Tasks { get; init; }

    /// <summary>Only the row of this id; null for all.</summary>
    public string? Id { get; init; }

    /// <summary>Only what this run has done; null for all.</summary>
    public RunRecord? Run { get; init; }

    /// <summary>Gives rows as they end, until the run is over; null when what is there is enough.</summary>
    public ResultFollower? Follower { get; init; }

    public bool WithDone { get; init; }

    public bool WithFailed { get; init; }

    /// <summary>Whether logs that are files are read, too.</summary>
    public bool WithLogs { get; init; }

    /// <summary>Reads parameters and results that are stored apart; null when neither is wanted.</summary>
    public ResultValues? Values { get; init; }

    /// <summary>The table whose rows without a record are wanted; null when they are not.</summary>
    public RowChoice? Missing { get; init; }

    /// <summary>Whether records of rows that are not in that table are passed over.</summary>
    public bool OnlyOfTable { get; init; }

    /// <summary>Whose table it is.</summary>
    public TaskDefinition? MissingTask { get; init; }
}
