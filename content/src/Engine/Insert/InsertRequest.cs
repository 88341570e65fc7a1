namespace TaskQueue.Insert;

/// <summary>What insert-tasks was asked to do.</summary>
public sealed record InsertRequest
{
    public RowChoice Rows { get; init; } = new();

    /// <summary>Whether to say what would be queued, and queue nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>The command line, for the run record.</summary>
    public string Command { get; init; } = "insert-tasks";
}
