namespace TaskQueue.Insert;

/// <summary>What insert-tasks was asked to do.</summary>
public sealed record InsertRequest
{
    /// <summary>Path of the table; null for TASK_PARAMETER_FILENAME.</summary>
    public string? Table { get; init; }

    /// <summary>Name of the task; null when the project has only one.</summary>
    public string? Task { get; init; }

    /// <summary>Which rows.</summary>
    public RowChoice Choice { get; init; } = new();

    /// <summary>Whether to say what would be queued, and queue nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The command line, for the run record.</summary>
    public string Command { get; init; } = "insert-tasks";
}
