using System.Text.Json.Serialization;

namespace TaskQueue.Contracts;

/// <summary>Names JSON that lies in an object of CF_CLOUDPATH: a row that is too long for a message, a result that is too long for a record.</summary>
public sealed record StoredJson
{
    /// <summary>The object: its URL, or a name relative to CF_CLOUDPATH.</summary>
    [JsonPropertyName("url")]
    public string Url { get; init; } = "";

    /// <summary>Where in the object it starts, in bytes; null for its start.</summary>
    [JsonPropertyName("offset")]
    public long? Offset { get; init; }

    /// <summary>How many bytes it has; null for all up to the object's end.</summary>
    [JsonPropertyName("length")]
    public long? Length { get; init; }

    /// <summary>SHA-256 of its bytes, in hex.</summary>
    [JsonPropertyName("sha256")]
    public string Sha256 { get; init; } = "";
}
