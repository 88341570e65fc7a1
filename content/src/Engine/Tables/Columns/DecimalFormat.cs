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
    private const int LongestNumber = 80;

    public void Write(Utf8JsonWriter writer, T value)
    {
        var limbs = MemoryMarshal.Cast<T, ulong>(MemoryMarshal.CreateSpan(ref value, 1));
        var isNegative = (long)limbs[^1] < 0;
        if (isNegative)
            Negate(limbs);

        // From the right: zeros for a negative scale, digits, the point among them, the sign.
        Span<byte> text = stackalloc byte[LongestNumber + int.Abs(scale) + 3];
        var start = text.Length;
        for (var zeros = -scale; zeros > 0; zeros--)
            text[--start] = (byte)'0';
        var written = 0;
        do
        {
            var part = Divide(limbs);
            for (var digit = 0; digit < ChunkDigits && (part > 0 || !IsZero(limbs) || written <= Math.Max(scale, 0)); digit++)
            {
                if (written == scale && scale > 0)
                    text[--start] = (byte)'.';
                text[--start] = (byte)('0' + (part % 10));
                part /= 10;
                written++;
            }
        }
        while (!IsZero(limbs) || written <= Math.Max(scale, 0));

        if (isNegative)
            text[--start] = (byte)'-';
        writer.WriteStringValue(text[start..]);
    }

    public bool TryGetInt64(T value, out long number) => DayFormat.Never(out number);

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
