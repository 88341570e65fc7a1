using System.Numerics;

namespace TaskQueue.Tables.Compression;

/// <summary>The Huffman code of ZSTD literals, as a table from the next bits to a byte and the length of its code.</summary>
internal sealed class HuffmanTree
{
    const int LongestCode = 11;
    const int Symbols = 256;
    const int WeightAccuracy = 6;
    const int FirstPlainHeader = 128;

    readonly Entry[] entries = new Entry[1 << LongestCode];
    readonly byte[] weights = new byte[Symbols];
    readonly FseTable weightTable = new(WeightAccuracy, LongestCode + 2);
    int longest;

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
            var entry = entries[bits.Peek(longest)];
            letter = entry.Symbol;
            bits.Skip(entry.Bits);
        }

        if (!bits.IsUsedUp)
            throw Zstd.Damaged();
    }

    int ReadPlainWeights(ref ReadOnlySpan<byte> packed, int count)
    {
        var pairs = Zstd.Take(ref packed, (count + 1) / 2);
        for (var symbol = 0; symbol < count; symbol++)
            weights[symbol] = (byte)(symbol % 2 is 0 ? pairs[symbol / 2] >> 4 : pairs[symbol / 2] & 15);
        return count;
    }

    /// <summary>Two states take turns until the bits are used up; then each gives a last weight.</summary>
    int ReadPackedWeights(ReadOnlySpan<byte> packed)
    {
        weightTable.Read(ref packed);
        var bits = new ReverseBits(packed);
        var state = bits.Read(weightTable.Accuracy);
        var other = bits.Read(weightTable.Accuracy);
        if (bits.IsOverrun)
            throw Zstd.Damaged();

        var count = 0;
        while (!bits.IsOverrun)
        {
            Add(weightTable.SymbolOf(state), ref count);
            (state, other) = (other, weightTable.NextState(state, ref bits));
        }

        Add(weightTable.SymbolOf(state), ref count);
        return count;
    }

    void Add(int weight, ref int count)
    {
        // The last of the symbols has no weight of its own.
        if (count >= Symbols - 1)
            throw Zstd.Damaged();
        weights[count++] = (byte)weight;
    }

    void Build(int count)
    {
        var sum = 0;
        foreach (var weight in weights.AsSpan(0, count))
        {
            if (weight > LongestCode)
                throw Zstd.Damaged();
            sum += 1 << weight >> 1;
        }

        // The last weight fills the sum up to a power of two.
        longest = sum is 0 ? throw Zstd.Damaged() : BitOperations.Log2((uint)sum) + 1;
        var rest = (1 << longest) - sum;
        if (longest > LongestCode || !BitOperations.IsPow2(rest))
            throw Zstd.Damaged();
        weights[count++] = (byte)(BitOperations.Log2((uint)rest) + 1);
        Fill(count);
    }

    /// <summary>Light symbols have long codes and come first; a symbol stands at as many places as its code leaves open.</summary>
    void Fill(int count)
    {
        var place = 0;
        for (var weight = 1; weight <= longest; weight++)
        {
            for (var symbol = 0; symbol < count; symbol++)
            {
                if (weights[symbol] != weight)
                    continue;
                var places = 1 << (weight - 1);
                entries.AsSpan(place, places).Fill(new Entry((byte)symbol, (byte)(longest + 1 - weight)));
                place += places;
            }
        }
    }

    readonly record struct Entry(byte Symbol, byte Bits);
}
