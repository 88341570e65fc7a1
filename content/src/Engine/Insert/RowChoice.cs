namespace TaskQueue.Insert;

/// <summary>Which rows of which table are wanted, for which task, and what they are given besides their columns.</summary>
public sealed record RowChoice
{
    /// <summary>Path of the table; null for TASK_PARAMETER_FILENAME.</summary>
    public string? Table { get; init; }

    /// <summary>Name of the task; null for the only one that fits the table.</summary>
    public string? Task { get; init; }

    /// <summary>Rows of the table to leave out from its start.</summary>
    public long Skip { get; init; }

    /// <summary>At most so many rows are chosen; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Values for all rows, by column name.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Parameters that need no column.</summary>
    internal IEnumerable<string> Given => Constants.Keys.Append(RowSelector.CloudPath);

    /// <summary>Whether finished rows are chosen too.</summary>
    public bool NoFilter { get; init; }
}
