namespace TaskQueue.Tables;

/// <summary>Bytes that a file may come to in some way, in proportion to its length.</summary>
/// <param name="fileLength">Bytes.</param>
/// <param name="limit">Bytes.</param>
/// <param name="verb">What the file does when it exceeds the limit, for the message.</param>
internal sealed class Allowance(long fileLength, long limit, string verb)
{
    private long _count;

    /// <summary>What the batches of a file declare to unpack to, before they are unpacked.</summary>
    public static Allowance ToUnpack(TableFile file) =>
        new(file.Length, TableLimits.UnpackedBytes(file.Length), "unpack to");

    /// <summary>What its rows come to as text, when dictionaries and views repeat what is there once.</summary>
    public static Allowance ToRepeat(TableFile file) =>
        new(file.Length, TableLimits.RowsBytes(file.Length), "come, as rows, to");

    /// <exception cref="InvalidDataException">The limit is exceeded.</exception>
    public void Add(long bytes)
    {
        _count += bytes;
        if (_count > limit)
            throw new InvalidDataException($"its {fileLength:N0} bytes {verb} more than {limit >> 20} MiB");
    }
}
