namespace TaskQueue.Tables.Compression;

/// <summary>
/// Unpacks the compressed blocks of a ZSTD frame: literals, and sequences that weave them with repetitions.
/// </summary>
/// <remarks>Tables and recent distances pass from block to block.</remarks>
internal sealed class ZstdBlock(TableInput input)
{
    private readonly ZstdLiterals _literals = new(input);
    private readonly ZstdSequenceTable _literalLengths = ZstdSequenceTable.LiteralLengths();
    private readonly ZstdSequenceTable _matchLengths = ZstdSequenceTable.MatchLengths();
    private readonly ZstdSequenceTable _distances = ZstdSequenceTable.Distances();
    private readonly int[] _recent = new int[3];

    /// <summary>Forgets what earlier frames have left.</summary>
    public void Reset()
    {
        _literals.Reset();
        _literalLengths.Reset();
        _matchLengths.Reset();
        _distances.Reset();
        (_recent[0], _recent[1], _recent[2]) = (1, 4, 8);
    }

    /// <summary>
    /// Unpacks a block into <paramref name="memory"/> from <paramref name="start"/> on, behind what it may refer to.
    /// </summary>
    /// <returns>Where the unpacked bytes end.</returns>
    /// <exception cref="InvalidDataException">The block is damaged, or its bytes do not fit.</exception>
    public int Decode(ReadOnlySpan<byte> packed, Span<byte> memory, int start)
    {
        var text = _literals.Read(ref packed);
        var count = ReadCount(ref packed);
        var to = start;
        if (count > 0)
            to = Weave(ReadTables(packed), count, ref text, memory, start);
        else if (!packed.IsEmpty)
            throw Zstd.Damaged();
        Append(text, memory, to);
        return to + text.Length;
    }

    private static int ReadCount(ref ReadOnlySpan<byte> packed)
    {
        var first = Zstd.Take(ref packed, 1)[0];
        if (first < 128)
            return first;
        if (first < 255)
            return (first - 128 << 8) + Zstd.Take(ref packed, 1)[0];
        var more = Zstd.Take(ref packed, 2);
        return more[0] + (more[1] << 8) + 0x7F00;
    }

    private ReadOnlySpan<byte> ReadTables(ReadOnlySpan<byte> packed)
    {
        var modes = Zstd.Take(ref packed, 1)[0];
        if ((modes & 3) is not 0)
            throw Zstd.Damaged();
        _literalLengths.Read(modes >> 6, ref packed);
        _distances.Read(modes >> 4 & 3, ref packed);
        _matchLengths.Read(modes >> 2 & 3, ref packed);
        return packed;
    }

    private int Weave(ReadOnlySpan<byte> packed, int count, ref ReadOnlySpan<byte> text, Span<byte> memory, int to)
    {
        var bits = new ReverseBits(packed);
        var literalState = _literalLengths.FirstState(ref bits);
        var distanceState = _distances.FirstState(ref bits);
        var matchState = _matchLengths.FirstState(ref bits);
        for (; count > 0; count--)
        {
            var distanceValue = _distances.Value(distanceState, ref bits);
            var matchLength = _matchLengths.Value(matchState, ref bits);
            var literalLength = _literalLengths.Value(literalState, ref bits);
            if (count > 1)
            {
                literalState = _literalLengths.NextState(literalState, ref bits);
                matchState = _matchLengths.NextState(matchState, ref bits);
                distanceState = _distances.NextState(distanceState, ref bits);
            }

            if (literalLength > text.Length)
                throw Zstd.Damaged();
            Append(text[..literalLength], memory, to);
            text = text[literalLength..];
            to += literalLength;

            var distance = Distance(distanceValue, literalLength is 0);
            if (distance <= 0 || distance > to || matchLength > memory.Length - to)
                throw Zstd.Damaged();
            MatchCopy.Copy(memory, to, distance, matchLength);
            to += matchLength;
        }

        return bits.IsUsedUp ? to : throw Zstd.Damaged();
    }

    /// <summary>
    /// Small values name one of the recent distances, counted from the second one when no literal precedes.
    /// </summary>
    private int Distance(int value, bool isWithoutLiterals)
    {
        if (value > _recent.Length)
        {
            (_recent[0], _recent[1], _recent[2]) = (value - _recent.Length, _recent[0], _recent[1]);
            return _recent[0];
        }

        var place = value - 1 + (isWithoutLiterals ? 1 : 0);
        var distance = place < _recent.Length ? _recent[place] : _recent[0] - 1;
        if (place > 1)
            _recent[2] = _recent[1];
        if (place > 0)
            (_recent[0], _recent[1]) = (distance, _recent[0]);
        return distance;
    }

    private static void Append(ReadOnlySpan<byte> text, Span<byte> memory, int to)
    {
        if (!text.TryCopyTo(memory[to..]))
            throw Zstd.Damaged();
    }
}
