namespace TaskQueue.Tables.Arrow;

/// <summary>The type of a field, without its children.</summary>
/// <param name="Id">Which of the format's types.</param>
/// <param name="Width">Bits of a number, date or time; bytes of a fixed-size binary; items of a fixed-size
/// list.</param>
/// <param name="IsSigned">Whether an integer has a sign.</param>
/// <param name="Precision">Digits of a decimal.</param>
/// <param name="Scale">Digits of a decimal behind its point; may be negative.</param>
/// <param name="Unit">What a time counts.</param>
/// <param name="Zone">The time zone of a timestamp; null when it has none.</param>
internal sealed record ArrowType(
    ArrowTypeId Id,
    int Width = 0,
    bool IsSigned = false,
    int Precision = 0,
    int Scale = 0,
    TimeUnit Unit = TimeUnit.Second,
    string? Zone = null)
{
    public ColumnKind Kind => Id switch
    {
        ArrowTypeId.Int => ColumnKind.Integer,
        ArrowTypeId.FloatingPoint => ColumnKind.Float,
        ArrowTypeId.Binary or ArrowTypeId.LargeBinary or ArrowTypeId.BinaryView or ArrowTypeId.FixedSizeBinary =>
            ColumnKind.Binary,
        ArrowTypeId.Utf8 or ArrowTypeId.LargeUtf8 or ArrowTypeId.Utf8View => ColumnKind.Text,
        ArrowTypeId.Bool => ColumnKind.Boolean,
        ArrowTypeId.Decimal => ColumnKind.Decimal,
        ArrowTypeId.Date => ColumnKind.Date,
        ArrowTypeId.Time => ColumnKind.Time,
        ArrowTypeId.Timestamp => ColumnKind.Timestamp,
        ArrowTypeId.Duration => ColumnKind.Duration,
        ArrowTypeId.List or ArrowTypeId.LargeList or ArrowTypeId.FixedSizeList => ColumnKind.List,
        ArrowTypeId.Struct => ColumnKind.Struct,
        _ => ColumnKind.Null,
    };

    public string WithArticle() => Id is ArrowTypeId.Interval or ArrowTypeId.Int ? $"an {this}" : $"a {this}";

    /// <summary>For people: <c>int64</c>, <c>timestamp[us, UTC]</c>.</summary>
    public override string ToString() => Id switch
    {
        ArrowTypeId.Null => "null",
        ArrowTypeId.Int => $"{(IsSigned ? "" : "u")}int{Width}",
        ArrowTypeId.FloatingPoint => $"float{Width}",
        ArrowTypeId.Binary => "binary",
        ArrowTypeId.LargeBinary => "large_binary",
        ArrowTypeId.BinaryView => "binary_view",
        ArrowTypeId.FixedSizeBinary => $"fixed_size_binary[{Width}]",
        ArrowTypeId.Utf8 => "utf8",
        ArrowTypeId.LargeUtf8 => "large_utf8",
        ArrowTypeId.Utf8View => "utf8_view",
        ArrowTypeId.Bool => "bool",
        ArrowTypeId.Decimal => $"decimal{Width}({Precision}, {Scale})",
        ArrowTypeId.Date => $"date{Width}",
        ArrowTypeId.Time => $"time{Width}[{Unit.Symbol()}]",
        ArrowTypeId.Timestamp when Zone is null => $"timestamp[{Unit.Symbol()}]",
        ArrowTypeId.Timestamp => $"timestamp[{Unit.Symbol()}, {Zone}]",
        ArrowTypeId.Duration => $"duration[{Unit.Symbol()}]",
        ArrowTypeId.Interval => "interval",
        ArrowTypeId.List => "list",
        ArrowTypeId.LargeList => "large_list",
        ArrowTypeId.FixedSizeList => $"fixed_size_list[{Width}]",
        ArrowTypeId.Struct => "struct",
        ArrowTypeId.Union => "union",
        ArrowTypeId.Map => "map",
        ArrowTypeId.RunEndEncoded => "run_end_encoded",
        ArrowTypeId.ListView => "list_view",
        ArrowTypeId.LargeListView => "large_list_view",
        _ => $"type number {(byte)Id}",
    };
}
