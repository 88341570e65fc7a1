namespace TaskQueue.Records;

/// <summary>One insert: <c>runs/&lt;run&gt;.json</c>.</summary>
public sealed record RunRecord
{
    public required string Run { get; init; }

    public required string Task { get; init; }

    /// <summary>Path or URL of the table.</summary>
    public required string Table { get; init; }

    /// <summary>SHA-256 of the table's bytes, lower-case hex.</summary>
    public required string TableHash { get; init; }

    /// <summary>Rows in the table.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows that the filter left out.</summary>
    public required long Finished { get; init; }

    /// <summary>Rows that were queued.</summary>
    public required long Queued { get; init; }

    /// <summary>Rows that were ready, leased or parked already.</summary>
    public required long AlreadyQueued { get; init; }

    public required string Command { get; init; }

    public required string Build { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Ended { get; init; }
}
