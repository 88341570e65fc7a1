using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>What became of a row.</summary>
internal sealed record ResultRow
{
    /// <summary>done, failed, or retrying when a failed attempt will be followed by another.</summary>
    public required string State { get; init; }

    public required string Id { get; init; }

    public required string Task { get; init; }

    public required JsonElement Parameters { get; init; }

    /// <summary>What the task returned; undefined when it failed.</summary>
    public JsonElement? Result { get; init; }

    public string? Exception { get; init; }

    public string? Message { get; init; }

    public string? Details { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Finished { get; init; }

    public required int Attempt { get; init; }

    public required string Worker { get; init; }

    public required string Build { get; init; }

    public string? Run { get; init; }

    public required long PeakMemoryBytes { get; init; }
}
