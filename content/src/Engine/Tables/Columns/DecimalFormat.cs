using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>A whole number of 128 bits, lowest first.</summary>
[InlineArray(2)]
internal struct Limbs128
{
    private ulong _first;
}

/// <summary>A whole number of 256 bits, lowest first.</summary>
[InlineArray(4)]
internal struct Limbs256
{
    private ulong _first;
}

/// <summary>A decimal, written as a string that keeps all its digits.</summary>
/// <param name="scale">Digits behind the point; when negative, zeros before it.</param>
internal readonly struct DecimalFormat<T>(int scale) : IValueFormat<T>
    where T : unmanaged
{
    private const ulong Chunk = 10_000_000_000_000_000_000;
    private const int ChunkDigits = 19;
    private const int LongestNumber = 5 * ChunkDigits;

    public void Write(Utf8JsonWriter writer, T value)
    {
        var limbs = MemoryMarshal.Cast<T, ulong>(MemoryMarshal.CreateSpan(ref value, 1));
        var isNegative = (long)limbs[^1] < 0;
        if (isNegative)
            Negate(limbs);

        var number = WriteDigits(limbs, stackalloc byte[LongestNumber]);
        var whole = number.IsEmpty ? 1 : Math.Max(1, number.Length - scale);
        var fraction = Math.Max(0, scale);
        Span<byte> text = stackalloc byte[1 + whole + 1 + fraction];
        text.Fill((byte)'0');
        text[0] = (byte)'-';
        number.CopyTo(text[(1 + (scale > 0 ? whole + fraction - number.Length : 0))..]);
        if (fraction > 0)
        {
            text.Slice(1 + whole, fraction).CopyTo(text[(2 + whole)..]);
            text[1 + whole] = (byte)'.';
        }

        writer.WriteStringValue(text[(isNegative ? 0 : 1)..(fraction > 0 ? text.Length : 1 + whole)]);
    }

    /// <summary>Writes digits to the end of <paramref name="room"/>.</summary>
    /// <returns>The digits; none for zero.</returns>
    private static ReadOnlySpan<byte> WriteDigits(Span<ulong> limbs, Span<byte> room)
    {
        var start = room.Length;
        for (; !IsZero(limbs); start -= ChunkDigits)
            Utf8Formatter.TryFormat(Divide(limbs), room[(start - ChunkDigits)..], out _, new('D', ChunkDigits));
        return room[start..].TrimStart((byte)'0');
    }

    private static void Negate(Span<ulong> limbs)
    {
        var carry = true;
        foreach (ref var limb in limbs)
        {
            limb = ~limb + (carry ? 1UL : 0);
            carry &= limb is 0;
        }
    }

    /// <summary>Divides by 10^19.</summary>
    /// <returns>The rest.</returns>
    private static ulong Divide(Span<ulong> limbs)
    {
        UInt128 rest = 0;
        for (var index = limbs.Length - 1; index >= 0; index--)
        {
            var (quotient, remainder) = UInt128.DivRem(rest << 64 | limbs[index], Chunk);
            limbs[index] = (ulong)quotient;
            rest = remainder;
        }

        return (ulong)rest;
    }

    private static bool IsZero(ReadOnlySpan<ulong> limbs) => !limbs.ContainsAnyExcept(0UL);
}
