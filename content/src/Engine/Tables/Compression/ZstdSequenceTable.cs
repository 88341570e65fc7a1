namespace TaskQueue.Tables.Compression;

/// <summary>
/// How one of the three numbers of a ZSTD sequence is coded: a symbol gives a base, and bits that are added to it.
/// </summary>
internal sealed class ZstdSequenceTable
{
    private static readonly short[] UsualLiteralLengths =
    [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
    ];

    private static readonly short[] UsualMatchLengths =
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ];

    private static readonly short[] UsualDistances =
        [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    private readonly FseTable _table;
    private readonly short[] _usual;
    private readonly int _usualAccuracy;
    private readonly int[] _bases;
    private readonly int[] _extraBits;
    private bool _isSet;

    private ZstdSequenceTable(int largestAccuracy, short[] usual, int usualAccuracy, int firstBase, int[] extraBits)
    {
        _usual = usual;
        _usualAccuracy = usualAccuracy;
        _extraBits = extraBits;
        _bases = new int[extraBits.Length];
        for (var symbol = 0; symbol < _bases.Length; symbol++)
            _bases[symbol] = symbol is 0 ? firstBase : _bases[symbol - 1] + (1 << extraBits[symbol - 1]);
        _table = new FseTable(largestAccuracy, extraBits.Length);
    }

    public static ZstdSequenceTable LiteralLengths() => new(9, UsualLiteralLengths, 6, 0,
        [.. Enumerable.Repeat(0, 16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

    public static ZstdSequenceTable MatchLengths() => new(9, UsualMatchLengths, 6, 3,
        [.. Enumerable.Repeat(0, 32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

    /// <summary>Distances of more bits than these lie outside every window that is read.</summary>
    public static ZstdSequenceTable Distances() => new(8, UsualDistances, 5, 1, [.. Enumerable.Range(0, 30)]);

    public void Reset() => _isSet = false;

    /// <summary>Takes the table that a block uses.</summary>
    /// <param name="mode">The usual one, one symbol, one that is read, or the one of the block before.</param>
    /// <param name="packed">Gives what is read.</param>
    public void Read(int mode, ref ReadOnlySpan<byte> packed)
    {
        switch (mode)
        {
            case 0:
                _table.Set(_usual, _usualAccuracy);
                break;
            case 1:
                _table.SetSingle(Zstd.Take(ref packed, 1)[0]);
                break;
            case 2:
                _table.Read(ref packed);
                break;
            default:
                if (!_isSet)
                    throw Zstd.Damaged();
                break;
        }

        _isSet = true;
    }

    public int FirstState(ref ReverseBits bits) => bits.Read(_table.Accuracy);

    public int NextState(int state, ref ReverseBits bits) => _table.NextState(state, ref bits);

    public int Value(int state, ref ReverseBits bits)
    {
        var symbol = _table.SymbolOf(state);
        return symbol < _bases.Length ? _bases[symbol] + bits.Read(_extraBits[symbol]) : throw Zstd.Damaged();
    }
}
