namespace TaskQueue.Tables;

/// <summary>Counts what the batches of a file declare to unpack to, before they are unpacked.</summary>
internal sealed class UnpackedBytes(TableFile file)
{
    readonly long limit = TableLimits.UnpackedBytes(file.Length);
    long count;

    /// <exception cref="InvalidDataException">It is more than a file of this length may unpack to.</exception>
    public void Add(long bytes)
    {
        count += bytes;
        if (count > limit)
            throw new InvalidDataException($"its {file.Length:N0} bytes unpack to more than {limit >> 20} MiB");
    }
}
