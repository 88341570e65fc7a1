namespace TaskQueue.Insert;

/// <summary>What an insert did, or in a dry run would have done.</summary>
public sealed record InsertReport
{
    /// <summary>Names the insert in messages and records.</summary>
    public required string Run { get; init; }

    public required string Task { get; init; }

    public required string Table { get; init; }

    public required string Queue { get; init; }

    /// <summary>Rows in the table.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that the filter left out because they are done.</summary>
    public required long Finished { get; init; }

    /// <summary>Rows that were neither finished nor left out by skip and limit.</summary>
    public required long Selected { get; init; }

    /// <summary>Rows that were queued; 0 in a dry run.</summary>
    public long Queued { get; init; }

    /// <summary>Selected rows that were ready, leased or parked already.</summary>
    public long AlreadyQueued { get; init; }

    /// <summary>Columns that no parameter asks for, as people should see them.</summary>
    public IReadOnlyList<string> UnusedColumns { get; init; } = [];

    /// <summary>The messages of the first selected rows, in a dry run.</summary>
    public IReadOnlyList<string> Sample { get; init; } = [];
}
