using System.Globalization;
using System.Text.Json;
using System.Xml;

namespace TaskQueue.Binding;

/// <summary>Dates, times and durations of ISO 8601, which mean the same in every time zone and have no finer part than .NET's 100 ns.</summary>
internal static class ExactTimes
{
    private const string DateFormat = "yyyy-MM-dd";
    private const int DigitsOfTicks = 7;

    /// <summary>Characters of 2026-05-01T12:00:00.1234567.</summary>
    private const int LongestToTicks = 27;

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mmzz"];

    /// <summary>A time without offset is in UTC.</summary>
    public static DateTimeOffset ReadMoment(string text) =>
        DateTimeOffset.TryParseExact(
            WithoutSpareZeros(text), text.Length == DateFormat.Length ? [DateFormat] : Formats,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Exact.Refuse(text, "is no date and time as in 2026-05-01T12:00:00Z, from year 1 to 9999");

    /// <summary>In UTC, or of no known place when it says no offset.</summary>
    public static DateTime ReadDateTime(string text)
    {
        var time = ReadMoment(text);
        var hasOffset = text.AsSpan(DateFormat.Length).ContainsAny('Z', '+', '-');
        return hasOffset ? time.UtcDateTime : time.DateTime;
    }

    /// <summary>A date, or a time that is midnight (in UTC where it says an offset).</summary>
    public static DateOnly ReadDate(string text)
    {
        var time = ReadMoment(text).UtcDateTime;
        return time.TimeOfDay == TimeSpan.Zero
            ? DateOnly.FromDateTime(time)
            : throw Exact.Refuse(text, "is not midnight, so it is more than a date");
    }

    /// <summary>Reads a time without offset or in UTC, with a fraction that is short enough.</summary>
    public static bool TryReadQuickly(ref Utf8JsonReader reader, out DateTime value)
    {
        value = default;
        return reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length <= LongestToTicks
            && reader.TryGetDateTime(out value) && value.Kind != DateTimeKind.Local;
    }

    public static bool TryReadQuickly(ref Utf8JsonReader reader, out DateTimeOffset value)
    {
        var isRead = TryReadQuickly(ref reader, out DateTime time);
        value = new DateTimeOffset(time.Ticks, TimeSpan.Zero);
        return isRead;
    }

    public static bool TryReadQuickly(ref Utf8JsonReader reader, out DateOnly value)
    {
        var isRead = TryReadQuickly(ref reader, out DateTime time);
        value = DateOnly.FromDateTime(time);
        return isRead && time.TimeOfDay == TimeSpan.Zero;
    }

    /// <summary>As columns give it (<c>PT90.5S</c>), or as .NET writes it (<c>00:01:30.5</c>).</summary>
    public static TimeSpan ReadDuration(string text)
    {
        var whole = WithoutSpareZeros(text);
        try
        {
            if (!text.Contains('P', StringComparison.Ordinal))
                return TimeSpan.ParseExact(whole, "c", CultureInfo.InvariantCulture);
            if (!text.Split('T')[0].AsSpan().ContainsAny('Y', 'M'))
                return XmlConvert.ToTimeSpan(whole);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Exact.Refuse(text, "is no duration as in PT90.5S or 00:01:30.5, or too long for TimeSpan");
        }

        throw Exact.Refuse(text, "has years or months, whose lengths differ");
    }

    /// <summary>A time of this machine's zone is written in UTC.</summary>
    public static void WriteDateTime(Utf8JsonWriter writer, DateTime value) =>
        writer.WriteStringValue(value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value);

    public static void WriteDuration(Utf8JsonWriter writer, TimeSpan value) => writer.WriteStringValue(value.ToString("c"));

    public static void WriteDate(Utf8JsonWriter writer, DateOnly value) =>
        writer.WriteStringValue(value.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Cuts a fraction of a second behind the digit that counts 100 ns.</summary>
    /// <exception cref="JsonException">A digit that is cut is no zero.</exception>
    private static string WithoutSpareZeros(string text)
    {
        var start = text.LastIndexOf('.') + 1;
        var rest = text.AsSpan(start);
        var digits = rest.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? rest[..end] : rest;
        if (start == 0 || digits.Length <= DigitsOfTicks)
            return text;
        return digits[DigitsOfTicks..].ContainsAnyExcept('0')
            ? throw Exact.Refuse(text, "is finer than 100 ns, the finest that .NET holds")
            : text.Remove(start + DigitsOfTicks, digits.Length - DigitsOfTicks);
    }
}
