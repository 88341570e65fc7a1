using System.Buffers.Binary;
using System.Numerics;

namespace TaskQueue.Tables.Compression;

/// <summary>
/// Reads bits from the end of a ZSTD bit stream to its start. The highest bit that is set marks the end.
/// </summary>
internal ref struct ReverseBits
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _left;

    public ReverseBits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] is 0)
            throw Zstd.Damaged();
        _bytes = bytes;
        _left = (8 * (bytes.Length - 1)) + BitOperations.Log2(bytes[^1]);
    }

    public readonly bool IsUsedUp => _left is 0;

    /// <summary>Whether more bits were read than there are; those beyond the start were zeros.</summary>
    public readonly bool IsOverrun => _left < 0;

    /// <summary>Reads a number of at most 32 bits.</summary>
    public int Read(int count)
    {
        var number = Peek(count);
        _left -= count;
        return number;
    }

    public void Skip(int count) => _left -= count;

    /// <summary>The next bits, without passing over them.</summary>
    public readonly int Peek(int count)
    {
        var bit = _left - count;
        var first = bit >> 3;
        if (bit < 0)
            return PeekBeyondStart(count);
        var eight = first + 8 <= _bytes.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[first..])
            : ReadLast(_bytes[first..]);
        return (int)(eight >> (bit & 7) & ((1UL << count) - 1));
    }

    private readonly int PeekBeyondStart(int count) => _left > 0 ? (int)((uint)Lowest(_left) << (count - _left)) : 0;

    private readonly int Lowest(int count) =>
        (int)(ReadLast(_bytes[..Math.Min(8, _bytes.Length)]) & ((1UL << count) - 1));

    private static ulong ReadLast(ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var index = bytes.Length - 1; index >= 0; index--)
            number = number << 8 | bytes[index];
        return number;
    }
}
