namespace TaskQueue.Tables.Compression;

/// <summary>Reads the literals of ZSTD blocks. A block may use the Huffman tree of the one before.</summary>
internal sealed class ZstdLiterals(TableInput input)
{
    private const int Largest = 1 << 17;

    private readonly HuffmanTree _tree = new();
    private bool _hasTree;

    private enum LiteralsType
    {
        Raw,
        RunLength,
        Compressed,
        Treeless,
    }

    public void Reset() => _hasTree = false;

    /// <summary>Cuts the literals off the front of a block.</summary>
    /// <returns>The literals, valid until the next block.</returns>
    public ReadOnlySpan<byte> Read(ref ReadOnlySpan<byte> packed)
    {
        if (packed.IsEmpty)
            throw Zstd.Damaged();
        var type = (LiteralsType)(packed[0] & 3);
        var format = packed[0] >> 2 & 3;
        if (type is LiteralsType.Raw or LiteralsType.RunLength)
            return ReadPlain(type, format, ref packed);

        // One stream or four; sizes of 10, 14 or 18 bits.
        var sizeBits = format < 2 ? 10 : 6 + (4 * format);
        var header = Number(Zstd.Take(ref packed, (4 + (2 * sizeBits)) / 8));
        var mask = (1L << sizeBits) - 1;
        var size = Check((int)(header >> 4 & mask));
        var body = Zstd.Take(ref packed, (int)(header >> (4 + sizeBits) & mask));
        if (type is LiteralsType.Compressed)
            _tree.Read(ref body);
        else if (!_hasTree)
            throw Zstd.Damaged();
        _hasTree = true;

        var text = input.Literals(size);
        if (format is 0)
            _tree.Decode(body, text);
        else
            DecodeFour(body, text);
        return text;
    }

    private ReadOnlySpan<byte> ReadPlain(LiteralsType type, int format, ref ReadOnlySpan<byte> packed)
    {
        var (length, shift) = format switch
        {
            1 => (2, 4),
            3 => (3, 4),
            _ => (1, 3),
        };
        var size = Check((int)(Number(Zstd.Take(ref packed, length)) >> shift));
        if (type is LiteralsType.Raw)
            return Zstd.Take(ref packed, size);
        var text = input.Literals(size);
        text.Fill(Zstd.Take(ref packed, 1)[0]);
        return text;
    }

    /// <summary>Three streams whose sizes stand before them, and the rest; each gives a quarter, rounded up.</summary>
    private void DecodeFour(ReadOnlySpan<byte> body, Span<byte> text)
    {
        var sizes = Zstd.Take(ref body, 6);
        var quarter = (text.Length + 3) / 4;
        for (; !sizes.IsEmpty; sizes = sizes[2..])
        {
            if (quarter > text.Length)
                throw Zstd.Damaged();
            _tree.Decode(Zstd.Take(ref body, sizes[0] | sizes[1] << 8), text[..quarter]);
            text = text[quarter..];
        }

        _tree.Decode(body, text);
    }

    private static int Check(int size) => size <= Largest ? size : throw Zstd.Damaged();

    private static long Number(ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        for (var index = bytes.Length - 1; index >= 0; index--)
            number = number << 8 | bytes[index];
        return number;
    }
}
