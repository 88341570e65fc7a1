using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>Makes the reader of a field: the one place that knows which class reads which type.</summary>
internal sealed class ColumnFactory(TableInput input, IReadOnlyDictionary<long, ValueDictionary> dictionaries)
{
    public ArrowColumn Create(Field field) => field.Dictionary is { } encoding
        ? new DictionaryColumn(input, encoding.Index, dictionaries[encoding.Id])
        : CreateValues(field, field.Type);

    private ArrowColumn CreateValues(Field field, ArrowType type) => type.Id switch
    {
        ArrowTypeId.Null => new NullColumn(input),
        ArrowTypeId.Bool => new BooleanColumn(input),
        ArrowTypeId.Int => CreateInteger(type),
        ArrowTypeId.FloatingPoint => CreateFloat(type),
        ArrowTypeId.Decimal when type.Width is 128 => Fixed<Limbs128, DecimalFormat<Limbs128>>(new(type.Scale)),
        ArrowTypeId.Decimal => Fixed<Limbs256, DecimalFormat<Limbs256>>(new(type.Scale)),
        ArrowTypeId.Date when type.Width is 32 => Fixed<int, DayFormat>(default),
        ArrowTypeId.Date => Fixed<long, MillisecondDateFormat>(default),
        ArrowTypeId.Time when type.Width is 32 => Fixed<int, TimeFormat<int>>(new(type.Unit)),
        ArrowTypeId.Time => Fixed<long, TimeFormat<long>>(new(type.Unit)),
        ArrowTypeId.Timestamp => Fixed<long, TimestampFormat>(new(type.Unit, isUtc: type.Zone is not null)),
        ArrowTypeId.Duration => Fixed<long, DurationFormat>(new(type.Unit)),
        ArrowTypeId.Utf8 => new TextColumn(input, new OffsetValues(input, isLarge: false)),
        ArrowTypeId.LargeUtf8 => new TextColumn(input, new OffsetValues(input, isLarge: true)),
        ArrowTypeId.Utf8View => new TextColumn(input, new ViewValues(input)),
        ArrowTypeId.Binary => new BinaryColumn(input, new OffsetValues(input, isLarge: false)),
        ArrowTypeId.LargeBinary => new BinaryColumn(input, new OffsetValues(input, isLarge: true)),
        ArrowTypeId.BinaryView => new BinaryColumn(input, new ViewValues(input)),
        ArrowTypeId.FixedSizeBinary => new BinaryColumn(input, new FixedValues(input, type.Width)),
        ArrowTypeId.List => new ListColumn(input, isLarge: false, Create(field.Children[0])),
        ArrowTypeId.LargeList => new ListColumn(input, isLarge: true, Create(field.Children[0])),
        ArrowTypeId.FixedSizeList => new FixedListColumn(input, type.Width, Create(field.Children[0])),
        ArrowTypeId.Struct => new StructColumn(input, field.Children, [.. field.Children.Select(Create)]),
        _ => throw new NotSupportedException($"is a {type}, which is not read"),
    };

    private ArrowColumn CreateInteger(ArrowType type) => (type.Width, type.IsSigned) switch
    {
        (8, true) => Fixed<sbyte, IntegerFormat<sbyte>>(default),
        (16, true) => Fixed<short, IntegerFormat<short>>(default),
        (32, true) => Fixed<int, IntegerFormat<int>>(default),
        (64, true) => Fixed<long, IntegerFormat<long>>(default),
        (8, _) => Fixed<byte, IntegerFormat<byte>>(default),
        (16, _) => Fixed<ushort, IntegerFormat<ushort>>(default),
        (32, _) => Fixed<uint, IntegerFormat<uint>>(default),
        _ => Fixed<ulong, IntegerFormat<ulong>>(default),
    };

    private ArrowColumn CreateFloat(ArrowType type) => type.Width switch
    {
        16 => Fixed<Half, HalfFormat>(default),
        32 => Fixed<float, SingleFormat>(default),
        _ => Fixed<double, DoubleFormat>(default),
    };

    private FixedColumn<T, TFormat> Fixed<T, TFormat>(TFormat format)
        where T : unmanaged
        where TFormat : struct, IValueFormat<T> => new(input, format);
}
