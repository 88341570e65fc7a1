using System.Globalization;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Tables;

namespace TaskQueue.Reports.Results;

/// <summary>Turns the JSON values of records into values of a column.</summary>
internal static class ResultValue
{
    /// <summary>Digits that a double holds, of any number.</summary>
    private const int DigitsOfDouble = 17;

    /// <summary>The column for values that have one of these types: texts when no column has room for all of them.</summary>
    public static FeatherColumn ColumnOf(string name, IEnumerable<Type> types)
    {
        var plain = types.Select(type => Nullable.GetUnderlyingType(type) ?? type);
        return plain.Select(type => (Kind: KindOf(type), IsDateTime: type == typeof(DateTime))).Distinct().ToList() is [var only]
            ? new(name, only.Kind, HasZone: !only.IsDateTime)
            : new(name, ColumnKind.Text);
    }

    /// <summary>As that of the columns that fill such a property, where Feather files of ours have it.</summary>
    private static ColumnKind KindOf(Type type) => ColumnRules.Allowed(type)[0] switch
    {
        ColumnKind.Decimal => ColumnKind.Float,
        var kind and (ColumnKind.Boolean or ColumnKind.Integer or ColumnKind.Float or ColumnKind.Date or ColumnKind.Timestamp) => kind,
        _ => ColumnKind.Text,
    };

    /// <summary>Reads a value as one of a column: a text, bool, long, double, date or moment.</summary>
    /// <returns>
    /// Null when the column can hold nothing of the value, and whether what it holds is the whole value.
    /// </returns>
    public static (object? Cell, bool IsWhole) Read(JsonElement value, FeatherColumn column) => (column.Kind, value.ValueKind) switch
    {
        (_, JsonValueKind.Undefined or JsonValueKind.Null) => (null, true),
        (ColumnKind.Text, _) => (Text(value), true),
        (ColumnKind.Boolean, JsonValueKind.True or JsonValueKind.False) => (value.GetBoolean(), true),
        (ColumnKind.Integer, JsonValueKind.Number) when value.TryGetInt64(out var number) => (number, true),
        (ColumnKind.Float, JsonValueKind.Number or JsonValueKind.String) => ReadFloat(value),
        (ColumnKind.Date, JsonValueKind.String) => ReadDate(value.GetString()!),
        (ColumnKind.Timestamp, JsonValueKind.String) => ReadTime(value.GetString()!, column.HasZone),
        _ => (null, false),
    };

    /// <summary>A text as it is, anything else as JSON; null for a null.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static (object? Cell, bool IsWhole) ReadFloat(JsonElement value)
    {
        var text = Text(value)!;
        var isNamed = text is "NaN" or "Infinity" or "-Infinity";
        if (!isNamed && (value.ValueKind == JsonValueKind.String || ExactNumbers.DigitsOf(text).Digits.Length > DigitsOfDouble))
            return (null, false);
        try
        {
            return (ExactNumbers.ReadFloat<double>(text), true);
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }

    private static (object? Cell, bool IsWhole) ReadDate(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? (date, true)
            : (null, false);

    /// <summary>The time in UTC, to the microsecond.</summary>
    private static (object? Cell, bool IsWhole) ReadTime(string text, bool hasZone)
    {
        try
        {
            var time = ExactTimes.ReadMoment(text);
            return (time, time.Nanosecond == 0 && (hasZone || ExactTimes.ReadDateTime(text).Kind == DateTimeKind.Unspecified));
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }
}
