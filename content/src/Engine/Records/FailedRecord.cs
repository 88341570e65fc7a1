namespace TaskQueue.Records;

/// <summary>
/// The last failed attempt of a row: <c>failed/&lt;task&gt;/&lt;key&gt;.json</c>. Removed when the row succeeds.
/// </summary>
public sealed record FailedRecord : RowRecord
{
    /// <summary>Full name of the exception's type; null when the attempt was given back, or has not ended.</summary>
    public string? Exception { get; init; }

    /// <summary>Whether the attempt ended in its worker; if not, the worker may have died of it.</summary>
    public bool HasEnded { get; init; } = true;

    /// <summary>One line that says what went wrong.</summary>
    public required string Message { get; init; }

    /// <summary>The exception with its stack trace.</summary>
    public string? Details { get; init; }

    /// <summary>Whether no further attempt follows until the row is put back.</summary>
    public required bool Parked { get; init; }
}
