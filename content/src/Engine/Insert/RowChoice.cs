namespace TaskQueue.Insert;

/// <summary>Which rows of a table are wanted, and what they are given besides their columns.</summary>
public sealed record RowChoice
{
    /// <summary>Rows of the table to leave out from its start.</summary>
    public long Skip { get; init; }

    /// <summary>At most so many rows are chosen; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Values for all rows, by column name.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether finished rows are chosen too.</summary>
    public bool NoFilter { get; init; }
}
