using System.Globalization;
using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>Reads the JSON values of records as what they were in C#.</summary>
internal static class ResultValue
{
    private const int DigitsOfMicroseconds = 6;

    private static readonly Dictionary<Type, ResultKind> Kinds = new()
    {
        [typeof(bool)] = ResultKind.Boolean,
        [typeof(sbyte)] = ResultKind.Integer,
        [typeof(byte)] = ResultKind.Integer,
        [typeof(short)] = ResultKind.Integer,
        [typeof(ushort)] = ResultKind.Integer,
        [typeof(int)] = ResultKind.Integer,
        [typeof(uint)] = ResultKind.Integer,
        [typeof(long)] = ResultKind.Integer,
        [typeof(ulong)] = ResultKind.Integer,
        [typeof(Half)] = ResultKind.Float,
        [typeof(float)] = ResultKind.Float,
        [typeof(double)] = ResultKind.Float,
        [typeof(decimal)] = ResultKind.Float,
        [typeof(DateOnly)] = ResultKind.Date,
        [typeof(DateTime)] = ResultKind.LocalTime,
        [typeof(DateTimeOffset)] = ResultKind.Instant,
        [typeof(string)] = ResultKind.Text,
    };

    /// <summary>What values of a type are in a column; null when only the values can say.</summary>
    public static ResultKind? KindOf(Type type) => Kinds.TryGetValue(type, out var kind) ? kind : null;

    /// <summary>Whether it is a text that stands for what JSON has no number for.</summary>
    public static bool IsNamedFloat(JsonElement value) =>
        value.ValueEquals("NaN"u8) || value.ValueEquals("Infinity"u8) || value.ValueEquals("-Infinity"u8);

    public static double GetDouble(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            _ => double.NegativeInfinity,
        };

    public static bool TryGetDate(JsonElement value, out DateOnly date) => DateOnly.TryParseExact(
        value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>Reads a date and time that microseconds hold exactly.</summary>
    /// <param name="value">A text.</param>
    /// <param name="time">The moment; without a zone, the one at which a clock in UTC shows that time.</param>
    /// <param name="hasZone">Whether the text says a zone.</param>
    public static bool TryGetTime(JsonElement value, out DateTimeOffset time, out bool hasZone)
    {
        hasZone = false;
        time = default;
        if (!value.TryGetDateTime(out var local) || FractionDigits(value.GetString()!) > DigitsOfMicroseconds)
            return false;

        hasZone = local.Kind != DateTimeKind.Unspecified;
        time = hasZone ? value.GetDateTimeOffset() : new DateTimeOffset(local, TimeSpan.Zero);
        return true;
    }

    /// <summary>A text as it is, anything else as JSON; null for a null.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static int FractionDigits(string time) =>
        time.AsSpan(time.IndexOf('.', StringComparison.Ordinal) + 1) is var rest && rest.Length < time.Length
            ? rest.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : rest.Length
            : 0;
}
