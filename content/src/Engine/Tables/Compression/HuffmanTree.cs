using System.Numerics;

namespace TaskQueue.Tables.Compression;

/// <summary>
/// The Huffman code of ZSTD literals, as a table from the next bits to a byte and the length of its code.
/// </summary>
internal sealed class HuffmanTree
{
    private const int LongestCode = 11;
    private const int Symbols = 256;
    private const int WeightAccuracy = 6;
    private const int FirstPlainHeader = 128;

    private readonly Entry[] _entries = new Entry[1 << LongestCode];
    private readonly byte[] _weights = new byte[Symbols];
    private readonly FseTable _weightTable = new(WeightAccuracy, LongestCode + 2);
    private int _longest;

    /// <summary>Cuts the description of a tree off the front.</summary>
    public void Read(ref ReadOnlySpan<byte> packed)
    {
        var header = Zstd.Take(ref packed, 1)[0];
        var count = header >= FirstPlainHeader
            ? ReadPlainWeights(ref packed, header - FirstPlainHeader + 1)
            : ReadPackedWeights(Zstd.Take(ref packed, header));
        Build(count);
    }

    /// <summary>Decodes a stream that has exactly as many symbols as <paramref name="text"/> has bytes.</summary>
    public void Decode(ReadOnlySpan<byte> stream, Span<byte> text)
    {
        var bits = new ReverseBits(stream);
        foreach (ref var letter in text)
        {
            var entry = _entries[bits.Peek(_longest)];
            letter = entry.Symbol;
            bits.Skip(entry.Bits);
        }

        if (!bits.IsUsedUp)
            throw Zstd.Damaged();
    }

    private int ReadPlainWeights(ref ReadOnlySpan<byte> packed, int count)
    {
        var pairs = Zstd.Take(ref packed, (count + 1) / 2);
        for (var symbol = 0; symbol < count; symbol++)
            _weights[symbol] = (byte)(symbol % 2 is 0 ? pairs[symbol / 2] >> 4 : pairs[symbol / 2] & 15);
        return count;
    }

    /// <summary>Two states take turns until the bits are used up; then each gives a last weight.</summary>
    private int ReadPackedWeights(ReadOnlySpan<byte> packed)
    {
        _weightTable.Read(ref packed);
        var bits = new ReverseBits(packed);
        var state = bits.Read(_weightTable.Accuracy);
        var other = bits.Read(_weightTable.Accuracy);
        if (bits.IsOverrun)
            throw Zstd.Damaged();

        var count = 0;
        while (!bits.IsOverrun)
        {
            Add(_weightTable.SymbolOf(state), ref count);
            (state, other) = (other, _weightTable.NextState(state, ref bits));
        }

        Add(_weightTable.SymbolOf(state), ref count);
        return count;
    }

    private void Add(int weight, ref int count)
    {
        // The last of the symbols has no weight of its own.
        if (count >= Symbols - 1)
            throw Zstd.Damaged();
        _weights[count++] = (byte)weight;
    }

    private void Build(int count)
    {
        var sum = 0;
        foreach (var weight in _weights.AsSpan(0, count))
        {
            if (weight > LongestCode)
                throw Zstd.Damaged();
            sum += 1 << weight >> 1;
        }

        // The last weight fills the sum up to a power of two.
        _longest = sum is 0 ? throw Zstd.Damaged() : BitOperations.Log2((uint)sum) + 1;
        var rest = (1 << _longest) - sum;
        if (_longest > LongestCode || !BitOperations.IsPow2(rest))
            throw Zstd.Damaged();
        _weights[count++] = (byte)(BitOperations.Log2((uint)rest) + 1);
        Fill(count);
    }

    /// <summary>
    /// Light symbols have long codes and come first; a symbol stands at as many places as its code leaves open.
    /// </summary>
    private void Fill(int count)
    {
        var place = 0;
        for (var weight = 1; weight <= _longest; weight++)
        {
            for (var symbol = 0; symbol < count; symbol++)
            {
                if (_weights[symbol] != weight)
                    continue;
                var places = 1 << (weight - 1);
                _entries.AsSpan(place, places).Fill(new Entry((byte)symbol, (byte)(_longest + 1 - weight)));
                place += places;
            }
        }
    }

    private readonly record struct Entry(byte Symbol, byte Bits);
}
