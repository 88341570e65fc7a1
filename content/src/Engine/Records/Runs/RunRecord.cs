using System.Text.Json.Serialization;

namespace TaskQueue.Records.Runs;

/// <summary>One insert, or several that go on with one another: <c>runs/&lt;run&gt;.json</c>. Written by inserts alone.</summary>
/// <remarks>That a run was cancelled or deleted is a file of its own, <see cref="RunEnd"/>: nobody changes what others write.</remarks>
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

    /// <summary>Rows that the filter left out: they were done before.</summary>
    public required long Finished { get; init; }

    /// <summary>Rows that the run is to do; known before the first is queued.</summary>
    public long Selected { get; init; }

    /// <summary>Rows that were queued.</summary>
    public required long Queued { get; init; }

    /// <summary>Rows that were ready, leased or parked already.</summary>
    public required long AlreadyQueued { get; init; }

    /// <summary>Of these, the ones that stay in another run.</summary>
    public long InOtherRuns { get; init; }

    /// <summary>Whether its rows run although they are done.</summary>
    public bool Again { get; init; }

    /// <summary>How many rows one of its messages has at most.</summary>
    public int GroupSize { get; init; } = 1;

    public required string Command { get; init; }

    public required string Build { get; init; }

    /// <summary>The container image that the cluster runs; null where none is named.</summary>
    public string? Image { get; init; }

    /// <summary>The span of the insert, as W3C's traceparent: tasks are linked to it; null where nobody traces.</summary>
    public string? TraceParent { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>When all was queued; null until then, and for good where an insert died.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Rows that end in this run.</summary>
    [JsonIgnore]
    public long Total => (Selected > 0 ? Selected : Queued) - InOtherRuns;
}
