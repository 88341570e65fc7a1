namespace TaskQueue.Insert;

/// <summary>What insert-tasks was asked to do.</summary>
public sealed record InsertRequest
{
    /// <summary>Path of the table; null for TASK_PARAMETER_FILENAME.</summary>
    public string? Table { get; init; }

    /// <summary>Name of the task; null when the project has only one.</summary>
    public string? Task { get; init; }

    /// <summary>Rows of the table to leave out from its start.</summary>
    public long Skip { get; init; }

    /// <summary>At most so many tasks are queued; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Values for all rows, by column name.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether to say what would be queued, and queue nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether finished rows are queued too.</summary>
    public bool NoFilter { get; init; }

    /// <summary>The command line, for the run record.</summary>
    public string Command { get; init; } = "insert-tasks";
}
