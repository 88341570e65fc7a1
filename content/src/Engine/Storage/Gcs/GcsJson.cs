using System.Text.Json.Serialization;

namespace TaskQueue.Storage.Gcs;

/// <summary>One page of a listing.</summary>
internal sealed record GcsPage(IReadOnlyList<GcsObject>? Items, string? NextPageToken);

/// <summary>What the service tells of an object, as far as we ask.</summary>
internal sealed record GcsObject(string Name, string? Size, DateTimeOffset Updated, string? Crc32c);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GcsPage))]
[JsonSerializable(typeof(GcsObject))]
internal sealed partial class GcsJson : JsonSerializerContext;
