namespace TaskQueue.Insert;

/// <summary>What insert-tasks was asked to do.</summary>
public sealed record InsertRequest
{
    public RowChoice Rows { get; init; } = new();

    /// <summary>The name of the run; null for one that is made. A run of that name goes on.</summary>
    public string? Run { get; init; }

    /// <summary>Whether rows that are done run again.</summary>
    public bool Again { get; init; }

    /// <summary>Whether to say what would be queued, and queue nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether all rows are stored apart, and not only those that are too long for a message.</summary>
    public bool ByReference { get; init; }

    /// <summary>How many rows one message has at most, from 1 to <see cref="MessageGroups.MostRows"/>.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>The command line, for the run record.</summary>
    public string Command { get; init; } = "insert-tasks";
}
