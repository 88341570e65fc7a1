using System.Runtime.InteropServices;

namespace TaskQueue.Storage.Buckets;

internal static class MemoryStreams
{
    /// <summary>A stream over bytes, without copying them where that can be.</summary>
    public static MemoryStream ToStream(this ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
