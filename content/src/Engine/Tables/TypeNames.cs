using Apache.Arrow;
using Apache.Arrow.Types;
using TaskQueue.Contracts;
using TaskQueue.Tables.Columns;

namespace TaskQueue.Tables;

/// <summary>What the types of Apache.Arrow are called, and what kinds of columns they are.</summary>
internal static class TypeNames
{
    private const int LongestDescription = 200;

    public static TableColumn DescribeColumn(Field field) =>
        new(field.Name, KindOf(field.DataType), Describe(field.DataType), field.IsNullable);

    /// <summary>
    /// A type with its parts, for people: <c>int64</c>, <c>timestamp[us, UTC]</c>, <c>dictionary&lt;utf8&gt;</c>.
    /// </summary>
    public static string Describe(IArrowType type)
    {
        var text = type switch
        {
            DictionaryType dictionary => $"dictionary<{Describe(dictionary.ValueType)}>",
            RunEndEncodedType runs => $"run_end_encoded<{Describe(runs.ValuesDataType)}>",
            MapType map => $"map<{Describe(map.KeyField.DataType)}, {Describe(map.ValueField.DataType)}>",
            StructType record => $"struct<{Join(record.Fields, DescribeField)}>",
            FixedSizeListType list => $"fixed_size_list[{list.ListSize}]<{Describe(list.ValueDataType)}>",
            NestedType list => $"{Name(type)}<{Join(list.Fields, field => Describe(field.DataType))}>",
            _ => Name(type),
        };
        return text.Length <= LongestDescription ? text : string.Concat(text.AsSpan(0, LongestDescription), "…");
    }

    /// <summary>Whether the maps of a column become JSON objects.</summary>
    public static bool HasTextKeys(MapType map) => KindOf(map.KeyField.DataType) is ColumnKind.Text;

    private static ColumnKind KindOf(IArrowType type) => type switch
    {
        IntegerType => ColumnKind.Integer,
        FloatingPointType => ColumnKind.Float,
        Decimal32Type or Decimal64Type or Decimal128Type or Decimal256Type => ColumnKind.Decimal,
        StringType or LargeStringType or StringViewType => ColumnKind.Text,
        BinaryType or LargeBinaryType or BinaryViewType or FixedSizeBinaryType => ColumnKind.Binary,
        BooleanType => ColumnKind.Boolean,
        Date32Type or Date64Type => ColumnKind.Date,
        TimeType => ColumnKind.Time,
        TimestampType => ColumnKind.Timestamp,
        DurationType => ColumnKind.Duration,
        IntervalType => ColumnKind.Interval,
        DictionaryType dictionary => KindOf(dictionary.ValueType),
        RunEndEncodedType runs => KindOf(runs.ValuesDataType),
        MapType map => HasTextKeys(map) ? ColumnKind.Struct : ColumnKind.List,
        StructType => ColumnKind.Struct,
        NestedType => ColumnKind.List,
        _ => ColumnKind.Null,
    };

    private static string Name(IArrowType type) => type switch
    {
        HalfFloatType => "float16",
        FloatType => "float32",
        DoubleType => "float64",
        Decimal32Type number => $"decimal32({number.Precision}, {number.Scale})",
        Decimal64Type number => $"decimal64({number.Precision}, {number.Scale})",
        Decimal128Type number => $"decimal128({number.Precision}, {number.Scale})",
        Decimal256Type number => $"decimal256({number.Precision}, {number.Scale})",
        Time32Type time => $"time32[{time.Unit.Symbol()}]",
        Time64Type time => $"time64[{time.Unit.Symbol()}]",
        TimestampType { Timezone: { Length: > 0 } zone } time =>
            $"timestamp[{time.Unit.Symbol()}, {Printable.Short(zone)}]",
        TimestampType time => $"timestamp[{time.Unit.Symbol()}]",
        DurationType duration => $"duration[{duration.Unit.Symbol()}]",
        IntervalType { Unit: IntervalUnit.YearMonth } => "interval[months]",
        IntervalType { Unit: IntervalUnit.DayTime } => "interval[days, ms]",
        IntervalType => "interval[months, days, ns]",
        FixedSizeBinaryType binary => $"fixed_size_binary[{binary.ByteWidth}]",
        StringViewType => "utf8_view",
        BinaryViewType => "binary_view",
        ListViewType => "list_view",
        LargeListViewType => "large_list_view",
        // int64, bool, utf8, list, …
        _ => type.Name,
    };

    private static string DescribeField(Field field) => $"{Printable.Short(field.Name)}: {Describe(field.DataType)}";

    private static string Join(IReadOnlyList<Field> fields, Func<Field, string> describe) =>
        string.Join(", ", fields.Take(LongestDescription).Select(describe));
}
