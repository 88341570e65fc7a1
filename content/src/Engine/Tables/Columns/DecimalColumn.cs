using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of decimals, written as strings that keep all their digits.</summary>
/// <param name="width">Bytes of a value: 4, 8, 16 or 32.</param>
/// <param name="scale">Digits behind the point; when negative, zeros before it.</param>
internal sealed class DecimalColumn(int width, int scale) : ArrowColumn
{
    public const int LargestScale = 128;

    private readonly FixedValues _values = new(width);

    protected override void LoadValues(ArrayData data) => _values.Load(data);

    protected override void WriteValue(Utf8JsonWriter writer, int row) => Write(writer, _values[First + row], scale);

    /// <param name="writer">Where to.</param>
    /// <param name="bytes">A whole number, lowest byte first.</param>
    /// <param name="scale">As of the column.</param>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes, int scale)
    {
        // The longest has 78 digits and a sign.
        Span<char> digits = stackalloc char[80];
        digits = digits[..Format(bytes, digits)];
        var isNegative = digits[0] is '-';
        if (isNegative)
            digits = digits[1..];
        var fraction = Math.Max(0, scale);
        var zeros = digits is "0" ? 0 : Math.Max(0, -scale);

        Span<char> text = stackalloc char[1 + 80 + (2 * LargestScale)];
        var end = 0;
        if (isNegative)
            text[end++] = '-';
        var whole = Math.Max(0, digits.Length - fraction);
        Append(whole is 0 ? "0" : digits[..whole], text, ref end);
        text.Slice(end, zeros).Fill('0');
        end += zeros;
        if (fraction > 0)
        {
            text[end++] = '.';
            var missing = fraction - (digits.Length - whole);
            text.Slice(end, missing).Fill('0');
            end += missing;
            Append(digits[whole..], text, ref end);
        }

        writer.WriteStringValue(text[..end]);
    }

    private static int Format(ReadOnlySpan<byte> bytes, Span<char> digits)
    {
        int count;
        var fits = bytes.Length switch
        {
            4 => MemoryMarshal.Read<int>(bytes).TryFormat(digits, out count, default, CultureInfo.InvariantCulture),
            8 => MemoryMarshal.Read<long>(bytes).TryFormat(digits, out count, default, CultureInfo.InvariantCulture),
            16 => MemoryMarshal.Read<Int128>(bytes).TryFormat(digits, out count, default, CultureInfo.InvariantCulture),
            _ => new BigInteger(bytes).TryFormat(digits, out count, default, CultureInfo.InvariantCulture),
        };
        return fits ? count : throw new InvalidOperationException("More digits than a decimal has.");
    }

    private static void Append(ReadOnlySpan<char> more, Span<char> text, ref int end)
    {
        more.CopyTo(text[end..]);
        end += more.Length;
    }
}
