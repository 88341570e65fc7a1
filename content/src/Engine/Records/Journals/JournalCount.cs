namespace TaskQueue.Records.Journals;

/// <summary>What one worker has written to the journal of one run, so that its segments need not be read to be counted.</summary>
public sealed record JournalCount
{
    public required string Task { get; init; }

    /// <summary>Null for messages that name none.</summary>
    public string? Run { get; init; }

    /// <summary>Lines with a result.</summary>
    public long Rows { get; init; }

    /// <summary>Lines of rows that were found done before.</summary>
    public long Before { get; init; }

    /// <summary>The number of the last segment that is counted; all before it are.</summary>
    public int Segment { get; init; }

    /// <summary>How much of it is counted.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of the object into which the last ones will be merged; 0 when none will.</summary>
    public int Merged { get; init; }

    /// <summary>How many of the rows it will hold.</summary>
    public long MergedRows { get; init; }

    /// <summary>How many of the lines of rows that were found done before.</summary>
    public long MergedBefore { get; init; }
}
