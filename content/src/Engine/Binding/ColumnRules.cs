using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>Which columns may fill which property types.</summary>
internal static class ColumnRules
{
    private static readonly ColumnKind[] AnyKind = Enum.GetValues<ColumnKind>();

    private static readonly Dictionary<Type, ColumnKind[]> ByType = new()
    {
        [typeof(bool)] = [ColumnKind.Boolean],
        [typeof(sbyte)] = [ColumnKind.Integer],
        [typeof(byte)] = [ColumnKind.Integer],
        [typeof(short)] = [ColumnKind.Integer],
        [typeof(ushort)] = [ColumnKind.Integer],
        [typeof(int)] = [ColumnKind.Integer],
        [typeof(uint)] = [ColumnKind.Integer],
        [typeof(long)] = [ColumnKind.Integer],
        [typeof(ulong)] = [ColumnKind.Integer],
        [typeof(Int128)] = [ColumnKind.Integer],
        [typeof(UInt128)] = [ColumnKind.Integer],
        [typeof(Half)] = [ColumnKind.Float, ColumnKind.Integer],
        [typeof(float)] = [ColumnKind.Float, ColumnKind.Integer],
        [typeof(double)] = [ColumnKind.Float, ColumnKind.Integer],
        [typeof(decimal)] = [ColumnKind.Decimal, ColumnKind.Integer, ColumnKind.Float],
        [typeof(string)] =
        [
            ColumnKind.Text, ColumnKind.Date, ColumnKind.Time, ColumnKind.Timestamp, ColumnKind.Duration,
            ColumnKind.Decimal, ColumnKind.Binary,
        ],
        [typeof(char)] = [ColumnKind.Text],
        [typeof(Guid)] = [ColumnKind.Text],
        [typeof(Uri)] = [ColumnKind.Text],
        [typeof(DateTime)] = [ColumnKind.Timestamp, ColumnKind.Date, ColumnKind.Text],
        [typeof(DateTimeOffset)] = [ColumnKind.Timestamp, ColumnKind.Date, ColumnKind.Text],
        [typeof(DateOnly)] = [ColumnKind.Date, ColumnKind.Text],
        [typeof(TimeOnly)] = [ColumnKind.Time, ColumnKind.Text],
        [typeof(TimeSpan)] = [ColumnKind.Duration, ColumnKind.Time, ColumnKind.Text],
        [typeof(byte[])] = [ColumnKind.Binary, ColumnKind.Text],
        [typeof(JsonElement)] = AnyKind,
        [typeof(JsonNode)] = AnyKind,
        [typeof(object)] = AnyKind,
    };

    /// <summary>Whole numbers that keep their value in a type; beyond 2^24 and 2^53, float and double would round.</summary>
    private static readonly Dictionary<Type, (long Min, long Max)> Ranges = new()
    {
        [typeof(sbyte)] = (sbyte.MinValue, sbyte.MaxValue),
        [typeof(byte)] = (byte.MinValue, byte.MaxValue),
        [typeof(short)] = (short.MinValue, short.MaxValue),
        [typeof(ushort)] = (ushort.MinValue, ushort.MaxValue),
        [typeof(int)] = (int.MinValue, int.MaxValue),
        [typeof(uint)] = (uint.MinValue, uint.MaxValue),
        [typeof(long)] = (long.MinValue, long.MaxValue),
        [typeof(Half)] = (-2048, 2048),
        [typeof(float)] = (-(1L << 24), 1L << 24),
        [typeof(double)] = (-(1L << 53), 1L << 53),
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

    /// <summary>The range that whole numbers have to be in; null when the type's own reader has to decide.</summary>
    public static (long Min, long Max)? IntegerRange(Type type) => Ranges.TryGetValue(type, out var range) ? range : null;

    /// <summary>Whether the kinds alone prove that every value fits, nulls and ranges apart.</summary>
    public static bool FitsByKind(Parameter parameter, ColumnKind kind) => !parameter.HasConverter && kind switch
    {
        ColumnKind.Text => parameter.ValueType == typeof(string),
        ColumnKind.Boolean => parameter.ValueType == typeof(bool),
        ColumnKind.Integer => Ranges.ContainsKey(parameter.ValueType),
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
