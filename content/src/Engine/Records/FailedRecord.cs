using System.Text.Json;

namespace TaskQueue.Records;

/// <summary>
/// The last failed attempt of a row: <c>failed/&lt;task&gt;/&lt;key&gt;.json</c>. Removed when the row succeeds.
/// </summary>
public sealed record FailedRecord
{
    public required string Id { get; init; }

    public required string Task { get; init; }

    public string? Run { get; init; }

    public required JsonElement Parameters { get; init; }

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

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Finished { get; init; }

    /// <summary>The last attempt that counts, from 1; 0 when the first was given back.</summary>
    public required int Attempt { get; init; }

    public required string Worker { get; init; }

    public required string Build { get; init; }

    public required long PeakMemoryBytes { get; init; }
}
