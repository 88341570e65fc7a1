namespace TaskQueue.Tables.Compression;

/// <summary>Reads bits from the start of some bytes, lowest first.</summary>
internal ref struct ForwardBits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _bit;

    /// <summary>Bytes of which at least one bit was read.</summary>
    public readonly int BytesRead => (_bit + 7) / 8;

    public int Read(int count)
    {
        var number = 0;
        for (var index = 0; index < count; index++, _bit++)
        {
            if (_bit >> 3 >= _bytes.Length)
                throw Zstd.Damaged();
            number |= (_bytes[_bit >> 3] >> (_bit & 7) & 1) << index;
        }

        return number;
    }
}
