namespace TaskQueue.Tables.Compression;

/// <summary>How one of the three numbers of a ZSTD sequence is coded: a symbol gives a base, and bits that are added to it.</summary>
internal sealed class ZstdSequenceTable
{
    static readonly short[] UsualLiteralLengths =
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    static readonly short[] UsualMatchLengths =
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    static readonly short[] UsualDistances =
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    readonly FseTable table;
    readonly short[] usual;
    readonly int usualAccuracy;
    readonly int[] bases;
    readonly int[] extraBits;
    bool isSet;

    ZstdSequenceTable(int largestAccuracy, short[] usual, int usualAccuracy, int firstBase, int[] extraBits)
    {
        this.usual = usual;
        this.usualAccuracy = usualAccuracy;
        this.extraBits = extraBits;
        bases = new int[extraBits.Length];
        for (var symbol = 0; symbol < bases.Length; symbol++)
            bases[symbol] = symbol is 0 ? firstBase : bases[symbol - 1] + (1 << extraBits[symbol - 1]);
        table = new FseTable(largestAccuracy, extraBits.Length);
    }

    public static ZstdSequenceTable LiteralLengths() => new(9, UsualLiteralLengths, 6, 0,
        [.. Enumerable.Repeat(0, 16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

    public static ZstdSequenceTable MatchLengths() => new(9, UsualMatchLengths, 6, 3,
        [.. Enumerable.Repeat(0, 32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

    /// <summary>Distances of more bits than these lie outside every window that is read.</summary>
    public static ZstdSequenceTable Distances() => new(8, UsualDistances, 5, 1, [.. Enumerable.Range(0, 30)]);

    public void Reset() => isSet = false;

    /// <summary>Takes the table that a block uses.</summary>
    /// <param name="mode">The usual one, one symbol, one that is read, or the one of the block before.</param>
    /// <param name="packed">Gives what is read.</param>
    public void Read(int mode, ref ReadOnlySpan<byte> packed)
    {
        switch (mode)
        {
            case 0:
                table.Set(usual, usualAccuracy);
                break;
            case 1:
                table.SetSingle(Zstd.Take(ref packed, 1)[0]);
                break;
            case 2:
                table.Read(ref packed);
                break;
            default:
                if (!isSet)
                    throw Zstd.Damaged();
                break;
        }

        isSet = true;
    }

    public int FirstState(ref ReverseBits bits) => bits.Read(table.Accuracy);

    public int NextState(int state, ref ReverseBits bits) => table.NextState(state, ref bits);

    public int Value(int state, ref ReverseBits bits)
    {
        var symbol = table.SymbolOf(state);
        return symbol < bases.Length ? bases[symbol] + bits.Read(extraBits[symbol]) : throw Zstd.Damaged();
    }
}
