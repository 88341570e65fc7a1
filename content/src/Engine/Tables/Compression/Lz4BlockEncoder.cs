using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Packs bytes into LZ4 blocks, fast rather than tightly: each four bytes are looked up once.</summary>
internal sealed class Lz4BlockEncoder
{
    private const int HashBits = 14;
    private const int ShortestMatch = 4;
    private const int LongLength = 15;
    private const int LongestDistance = ushort.MaxValue;

    // The format asks for literals at the end of a block.
    private const int LastLiterals = 5;
    private const int LastMatchStart = 12;

    /// <summary>Where four bytes of that hash were seen last, counted from 1.</summary>
    private readonly int[] _seen = new int[1 << HashBits];

    /// <summary>Room that is enough for any block.</summary>
    public static int LargestSize(int length) => length + (length / byte.MaxValue) + 16;

    /// <returns>The length of the block.</returns>
    public int Encode(ReadOnlySpan<byte> source, Span<byte> block)
    {
        _seen.AsSpan().Clear();
        var (to, start, at) = (0, 0, 0);
        while (at < source.Length - LastMatchStart)
        {
            var match = Find(source, at);
            if (match < 0)
            {
                // What does not repeat is passed over faster and faster.
                at += 1 + (at - start >> 6);
                continue;
            }

            var length = source[match..].CommonPrefixLength(source[at..^LastLiterals]);
            to += Write(block[to..], source[start..at], at - match, length);
            at += length;
            start = at;
        }

        return to + Write(block[to..], source[start..], distance: 0, length: 0);
    }

    private int Find(ReadOnlySpan<byte> source, int at)
    {
        var four = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
        ref var seen = ref _seen[four * 2654435761 >> (32 - HashBits)];
        var match = seen - 1;
        seen = at + 1;
        var isMatch = match >= 0
            && at - match <= LongestDistance
            && BinaryPrimitives.ReadUInt32LittleEndian(source[match..]) == four;
        return isMatch ? match : -1;
    }

    /// <summary>Writes literals, and the match behind them when it has a distance.</summary>
    private static int Write(Span<byte> block, ReadOnlySpan<byte> literals, int distance, int length)
    {
        var rest = distance is 0 ? 0 : length - ShortestMatch;
        block[0] = (byte)((Math.Min(literals.Length, LongLength) << 4) | Math.Min(rest, LongLength));
        var to = 1 + WriteLength(block[1..], literals.Length);
        literals.CopyTo(block[to..]);
        to += literals.Length;
        if (distance is 0)
            return to;
        BinaryPrimitives.WriteUInt16LittleEndian(block[to..], (ushort)distance);
        to += 2;
        return to + WriteLength(block[to..], rest);
    }

    private static int WriteLength(Span<byte> block, int length)
    {
        var to = 0;
        for (length -= LongLength; length >= 0; length -= byte.MaxValue)
            block[to++] = (byte)Math.Min(length, byte.MaxValue);
        return to;
    }
}
