namespace TaskQueue.Tables;

/// <summary>Bytes that a file may come to in some way, in proportion to its length.</summary>
/// <param name="fileLength">Bytes.</param>
/// <param name="limit">Bytes.</param>
/// <param name="verb">What the file does when it exceeds the limit, for the message.</param>
internal sealed class ByteQuota(long fileLength, long limit, string verb)
{
    private long _count;

    /// <summary>What the batches of a file declare, and what they unpack to.</summary>
    public static ByteQuota ToUnpack(long fileLength) =>
        new(fileLength, TableLimits.UnpackedBytes(fileLength), "unpack to");

    /// <summary>What its rows come to as text, when dictionaries and views repeat what is there once.</summary>
    public static ByteQuota ToRepeat(long fileLength) =>
        new(fileLength, TableLimits.RowsBytes(fileLength), "come, as rows, to");

    /// <exception cref="InvalidDataException">The limit is exceeded.</exception>
    public void Add(long bytes)
    {
        Check(bytes);
        _count += bytes;
    }

    /// <summary>Finds out whether so many bytes could be added.</summary>
    /// <exception cref="InvalidDataException">They would exceed the limit.</exception>
    public void Check(long bytes)
    {
        if (bytes > limit - _count)
            throw new InvalidDataException($"its {fileLength:N0} bytes {verb} more than {limit >> 20} MiB");
    }
}
