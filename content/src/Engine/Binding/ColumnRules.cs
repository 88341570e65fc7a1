using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Which columns may fill which property types.</summary>
internal static class ColumnRules
{
    private static readonly Dictionary<Type, ColumnKind[]> ByType = new (Type[] Types, ColumnKind[] Kinds)[]
    {
        ([typeof(bool)], [ColumnKind.Boolean]),
        ([typeof(sbyte), typeof(short), typeof(int), typeof(long), typeof(Int128)], [ColumnKind.Integer]),
        ([typeof(byte), typeof(ushort), typeof(uint), typeof(ulong), typeof(UInt128)], [ColumnKind.Integer]),
        ([typeof(Half), typeof(float), typeof(double)], [ColumnKind.Float, ColumnKind.Integer]),
        ([typeof(decimal)], [ColumnKind.Decimal, ColumnKind.Integer, ColumnKind.Float]),
        ([typeof(string)],
        [
            ColumnKind.Text, ColumnKind.Date, ColumnKind.Time, ColumnKind.Timestamp, ColumnKind.Duration,
            ColumnKind.Interval, ColumnKind.Decimal, ColumnKind.Binary,
        ]),
        ([typeof(char), typeof(Guid), typeof(Uri)], [ColumnKind.Text]),
        ([typeof(DateTime), typeof(DateTimeOffset)], [ColumnKind.Timestamp, ColumnKind.Date, ColumnKind.Text]),
        ([typeof(DateOnly)], [ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.Text]),
        ([typeof(TimeOnly)], [ColumnKind.Time, ColumnKind.Text]),
        ([typeof(TimeSpan)], [ColumnKind.Duration, ColumnKind.Time, ColumnKind.Text]),
        ([typeof(byte[])], [ColumnKind.Binary, ColumnKind.Text]),
        ([typeof(JsonElement), typeof(JsonNode), typeof(object)], Enum.GetValues<ColumnKind>()),
    }.SelectMany(rule => rule.Types, (rule, type) => (type, rule.Kinds)).ToDictionary();

    private static readonly Dictionary<Type, WholeNumbers> Whole = new()
    {
        [typeof(sbyte)] = WholeNumbers.Between(sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = WholeNumbers.Between(byte.MinValue, byte.MaxValue),
        [typeof(short)] = WholeNumbers.Between(short.MinValue, short.MaxValue),
        [typeof(ushort)] = WholeNumbers.Between(ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = WholeNumbers.Between(int.MinValue, int.MaxValue),
        [typeof(uint)] = WholeNumbers.Between(uint.MinValue, uint.MaxValue),
        [typeof(long)] = WholeNumbers.Between(long.MinValue, long.MaxValue),
        [typeof(Half)] = new(value => (Int128)(Half)value == value, "all up to 2048 in size, and some beyond"),
        [typeof(float)] = new(value => (Int128)(float)value == value, "all up to 2^24 in size, and some beyond"),
        [typeof(double)] = new(value => (Int128)(double)value == value, "all up to 2^53 in size, and some beyond"),
    };

    /// <summary>Kinds of column that may fill a property of this type.</summary>
    public static IReadOnlyList<ColumnKind> Allowed(Type type)
    {
        if (ByType.TryGetValue(type, out var kinds))
            return kinds;
        if (type.IsEnum)
            return [ColumnKind.Text];

        var isList = type.IsAssignableTo(typeof(IEnumerable)) && !type.IsAssignableTo(typeof(IDictionary));
        return isList ? [ColumnKind.List] : [ColumnKind.Struct];
    }

    /// <summary>The whole numbers that keep their value in a type; null when the type's own reader has to decide.</summary>
    public static WholeNumbers? WholeNumbersOf(Type type) => Whole.GetValueOrDefault(type);

    /// <summary>Whether the kinds alone prove that every value fits, nulls and ranges apart.</summary>
    public static bool FitsByKind(Parameter parameter, ColumnKind kind) => !parameter.HasConverter && kind switch
    {
        ColumnKind.Text => parameter.ValueType == typeof(string),
        ColumnKind.Boolean => parameter.ValueType == typeof(bool),
        ColumnKind.Integer => Whole.ContainsKey(parameter.ValueType),
        ColumnKind.Float => parameter.ValueType == typeof(double),
        ColumnKind.Null => true,
        _ => false,
    };

    /// <summary>Column types as a person would look for them in pandas or polars.</summary>
    public static string Describe(IEnumerable<ColumnKind> kinds) => string.Join(", ", kinds.Select(kind => kind switch
    {
        ColumnKind.Boolean => "bool",
        ColumnKind.Integer => "int8 to int64, uint8 to uint64",
        ColumnKind.Float => "float16 to float64",
        ColumnKind.Text => "utf8 (string) or a dictionary of it",
        _ => kind.ToString().ToLowerInvariant(),
    }));
}

/// <summary>Some of the whole numbers of 64 bits.</summary>
/// <param name="Contains">Whether a number is one of them.</param>
/// <param name="Description">Which they are, for people.</param>
internal sealed record WholeNumbers(Func<long, bool> Contains, string Description)
{
    public static WholeNumbers Between(long min, long max) => new(value => value >= min && value <= max, $"{min} to {max}");
}
