using System.Text.Json;
using System.Text.Json.Serialization;
using TaskQueue.Contracts;

namespace TaskQueue.Records;

/// <summary>What the record of a row says, however the row ended.</summary>
public abstract record RowRecord
{
    [JsonPropertyOrder(-3)]
    public required string Id { get; init; }

    /// <summary>Row of the table, from 0; null when the message had none.</summary>
    [JsonPropertyOrder(-1)]
    public long? Row { get; init; }

    [JsonPropertyOrder(-1)]
    public required string Task { get; init; }

    [JsonPropertyOrder(-1)]
    public string? Run { get; init; }

    /// <summary>The row, as it stood in the message.</summary>
    [JsonPropertyOrder(-1)]
    public required JsonElement Parameters { get; init; }

    /// <summary>Where the row is, when its message had a reference in place of parameters, which then are null.</summary>
    [JsonPropertyOrder(-1)]
    public StoredJson? Payload { get; init; }

    // In the file, what a kind of record adds stands between these two groups.
    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Finished { get; init; }

    /// <summary>The attempt, from 1; of those that count, the last one, which is 0 when the first was given back.</summary>
    public required int Attempt { get; init; }

    public required string Worker { get; init; }

    /// <summary>The version of the program that ran it.</summary>
    public required string Build { get; init; }

    /// <summary>Peak resident memory of the worker so far, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }
}
