using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace TaskQueue.Binding;

/// <summary>Numbers with a fraction: those that binary floats hold are rounded, no other loses a digit.</summary>
internal static class ExactNumbers
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private const double LargestExact = 1L << 53;

    /// <summary>Digits that every double has.</summary>
    private const int SafeDigits = 15;

    /// <summary>
    /// Rounds to the nearest, but never to zero or infinity, and a double no whole number. A float does: JSON shows no
    /// difference between 16777217 and 16777217.0.
    /// </summary>
    public static T ReadFloat<T>(string text) where T : IBinaryFloatingPointIeee754<T>
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
            return T.Parse(text, CultureInfo.InvariantCulture);
        if (!T.TryParse(text, Style, CultureInfo.InvariantCulture, out var value) || T.IsNaN(value))
            throw Exact.Refuse(text, "is no number");

        if (T.IsInfinity(value))
            throw Exact.Refuse(text, $"is too large for {TypeNames.Of(typeof(T))}");
        if (T.IsZero(value) && text.Split('e', 'E')[0].AsSpan().ContainsAnyInRange('1', '9'))
            throw Exact.Refuse(text, $"is too small for {TypeNames.Of(typeof(T))}: it would become 0");
        if (value is double number && text.Length > SafeDigits && text.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false
            && number.ToString("F0", CultureInfo.InvariantCulture) != text)
            throw Exact.Refuse(text, "is a whole number that double cannot hold exactly");
        return value;
    }

    /// <summary>Reads a number that is not near zero or infinity.</summary>
    public static bool TryReadQuickly(ref Utf8JsonReader reader, out float value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out value) && float.IsNormal(value);
    }

    /// <summary>Reads a number that is not near zero, and has no more digits before its point than a double holds.</summary>
    public static bool TryReadQuickly(ref Utf8JsonReader reader, out double value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value) && double.IsNormal(value)
            && Math.Abs(value) < LargestExact;
    }

    public static decimal ReadDecimal(string text)
    {
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
            throw Exact.Refuse(text, "is no number that decimal can hold");
        return DigitsOf(text) == DigitsOf(value.ToString(CultureInfo.InvariantCulture))
            ? value
            : throw Exact.Refuse(text, "has more digits than decimal can hold");
    }

    /// <summary>The shortest text that reads back; what JSON has no number for is a string.</summary>
    public static void Write<T>(Utf8JsonWriter writer, T value) where T : IBinaryFloatingPointIeee754<T>
    {
        var text = value.ToString(null, CultureInfo.InvariantCulture);
        if (T.IsFinite(value))
            writer.WriteRawValue(text, skipInputValidation: true);
        else
            writer.WriteStringValue(text);
    }

    /// <summary>A number as its digits, without zeros around them, and the power of ten that the last one counts.</summary>
    public static (string Digits, long Power) DigitsOf(string number)
    {
        var parts = number.TrimStart('-', '+').Split('e', 'E');
        var (whole, fraction) = parts[0].Split('.') is [var before, var behind] ? (before, behind) : (parts[0], "");
        var digits = (whole + fraction).Trim('0');
        if (digits.Length == 0)
            return ("", 0);

        var zeros = (whole + fraction).Length - (whole + fraction).TrimEnd('0').Length;
        var exponent = parts.Length == 1 ? 0 : long.TryParse(parts[1], CultureInfo.InvariantCulture, out var power) ? power : int.MaxValue;
        return (digits, exponent - fraction.Length + zeros);
    }
}
