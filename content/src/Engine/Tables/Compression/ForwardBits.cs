namespace TaskQueue.Tables.Compression;

/// <summary>Reads bits from the start of some bytes, lowest first.</summary>
internal ref struct ForwardBits(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    int bit;

    /// <summary>Bytes of which at least one bit was read.</summary>
    public readonly int BytesRead => (bit + 7) / 8;

    public int Read(int count)
    {
        var number = 0;
        for (var index = 0; index < count; index++, bit++)
        {
            if (bit >> 3 >= bytes.Length)
                throw Zstd.Damaged();
            number |= (bytes[bit >> 3] >> (bit & 7) & 1) << index;
        }

        return number;
    }
}
