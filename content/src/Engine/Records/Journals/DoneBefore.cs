using System.Text.Json.Serialization;

namespace TaskQueue.Records.Journals;

/// <summary>The short line of a row that a worker found done: with it the run ends, though its result is in another's journal.</summary>
internal sealed record DoneBefore
{
    [JsonPropertyOrder(-2)]
    public required string Id { get; init; }

    [JsonPropertyOrder(-1)]
    public bool Before { get; init; } = true;

    public required string Task { get; init; }

    public string? Run { get; init; }

    public required DateTimeOffset Finished { get; init; }

    public required string Worker { get; init; }
}
