namespace TaskQueue.Storage.Buckets;

/// <summary>The answer to a read.</summary>
/// <param name="Content">The bytes that were asked for; a fault of the network shows as <see cref="IOException"/> or a short end.</param>
/// <param name="Length">How many bytes there have to be.</param>
/// <param name="Version">Changes when the object is written again.</param>
internal sealed record BucketBody(Stream Content, long Length, string? Version)
{
    public static BucketBody Empty { get; } = new(Stream.Null, 0, null);
}
