using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Unpacks one LZ4 block (LZ4 Block Format).</summary>
internal static class Lz4Block
{
    private const int ShortestMatch = 4;
    private const int LongLength = 15;

    /// <summary>
    /// Unpacks <paramref name="packed"/> into <paramref name="memory"/> from <paramref name="start"/> on.
    /// </summary>
    /// <remarks>What lies before <paramref name="start"/> is the past that the block may refer to.</remarks>
    /// <returns>Where the unpacked bytes end.</returns>
    /// <exception cref="InvalidDataException">The block is damaged, or its bytes do not fit.</exception>
    public static int Decode(ReadOnlySpan<byte> packed, Span<byte> memory, int start)
    {
        var from = 0;
        var to = start;
        while (from < packed.Length)
        {
            var token = packed[from++];
            var literals = ReadLength(packed, ref from, token >> 4);
            if (literals > packed.Length - from || literals > memory.Length - to)
                throw Damaged();
            packed.Slice(from, literals).CopyTo(memory[to..]);
            from += literals;
            to += literals;
            if (from == packed.Length)
                return to;

            if (packed.Length - from < 2)
                throw Damaged();
            var distance = BinaryPrimitives.ReadUInt16LittleEndian(packed[from..]);
            from += 2;
            var length = ReadLength(packed, ref from, token & LongLength) + ShortestMatch;
            if (distance is 0 || distance > to || length > memory.Length - to)
                throw Damaged();
            MatchCopy.Copy(memory, to, distance, length);
            to += length;
        }

        throw Damaged();
    }

    private static int ReadLength(ReadOnlySpan<byte> packed, ref int from, int length)
    {
        if (length < LongLength)
            return length;
        byte more;
        do
        {
            if (from == packed.Length)
                throw Damaged();
            more = packed[from++];
            length += more;
        }
        while (more is byte.MaxValue);
        return length;
    }

    private static InvalidDataException Damaged() => new("a compressed buffer has a damaged LZ4 block");
}
