using System.Text.Json;

namespace TaskQueue.Records;

/// <summary>
/// Proof that a row is done: <c>done/&lt;task&gt;/&lt;key&gt;.json</c>. Written last, whole or not at all, never
/// replaced.
/// </summary>
public sealed record DoneRecord
{
    public required string Id { get; init; }

    public required string Task { get; init; }

    public string? Run { get; init; }

    /// <summary>The row, as it stood in the message.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>What RunTask returned.</summary>
    public required JsonElement Result { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Finished { get; init; }

    public required int Attempt { get; init; }

    public required string Worker { get; init; }

    /// <summary>The version of the program that ran it.</summary>
    public required string Build { get; init; }

    /// <summary>Peak resident memory of the worker so far, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }
}
