using TaskQueue.Collections;

namespace TaskQueue.Storage.Streams;

/// <summary>The answer to a read.</summary>
/// <param name="Content">
/// The bytes that were asked for; a fault of the network shows as <see cref="IOException"/> or a short end.
/// </param>
/// <param name="Length">How many bytes there have to be; null when the server does not say.</param>
/// <param name="Version">Changes when the object is written again; null when it is not known.</param>
/// <param name="Crc32C">The checksum that these bytes have to have, as text; null when it is not known.</param>
internal sealed record RemoteBody(Stream Content, long? Length, string? Version, string? Crc32C = null)
{
    private const int SkippedAtOnce = 64 << 10;

    /// <summary>The part that was asked for, of an answer that gives everything all the same.</summary>
    public async Task<RemoteBody> SkipToAsync(long offset, CancellationToken cancellationToken)
    {
        var buffer = new byte[SkippedAtOnce];
        var left = offset;
        while (left > 0 && await Content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken) is > 0 and var read)
            left -= read;
        return this with { Length = Length - offset, Crc32C = null };
    }
}
