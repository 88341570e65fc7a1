using TaskQueue.Contracts;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>Makes the column of a field: the one place that knows which class reads which type.</summary>
/// <param name="repeated">What all values of the table may come to.</param>
internal sealed class ColumnFactory(Allowance repeated)
{
    /// <exception cref="NotSupportedException">It is not read; names the column.</exception>
    /// <exception cref="InvalidDataException">There is no such type; names the column.</exception>
    public ArrowColumn CreateColumn(Field field)
    {
        try
        {
            return Create(field.DataType);
        }
        catch (NotSupportedException refusal)
        {
            throw new NotSupportedException($"column {Printable.Quote(field.Name)} {refusal.Message}", refusal);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"column {Printable.Quote(field.Name)}: {damage.Message}", damage);
        }
    }

    private ArrowColumn Create(IArrowType type) => type switch
    {
        NullType => new NullColumn(),
        BooleanType => new BooleanColumn(),
        Int8Type => Fixed<sbyte, IntegerFormat<sbyte>>(default),
        Int16Type => Fixed<short, IntegerFormat<short>>(default),
        Int32Type => Fixed<int, IntegerFormat<int>>(default),
        Int64Type => Fixed<long, IntegerFormat<long>>(default),
        UInt8Type => Fixed<byte, IntegerFormat<byte>>(default),
        UInt16Type => Fixed<ushort, IntegerFormat<ushort>>(default),
        UInt32Type => Fixed<uint, IntegerFormat<uint>>(default),
        UInt64Type => Fixed<ulong, IntegerFormat<ulong>>(default),
        HalfFloatType => Fixed<Half, HalfFormat>(default),
        FloatType => Fixed<float, SingleFormat>(default),
        DoubleType => Fixed<double, DoubleFormat>(default),
        Decimal32Type { Precision: var precision, Scale: var scale } => Decimal(type, 4, 9, precision, scale),
        Decimal64Type { Precision: var precision, Scale: var scale } => Decimal(type, 8, 18, precision, scale),
        Decimal128Type { Precision: var precision, Scale: var scale } => Decimal(type, 16, 38, precision, scale),
        Decimal256Type { Precision: var precision, Scale: var scale } => Decimal(type, 32, 76, precision, scale),
        Date32Type => Fixed<int, DayFormat>(default),
        Date64Type => Fixed<long, MillisecondDateFormat>(default),
        Time32Type time => Fixed<int, TimeFormat<int>>(new(time.Unit)),
        Time64Type time => Fixed<long, TimeFormat<long>>(new(time.Unit)),
        TimestampType time => Fixed<long, TimestampFormat>(new(time.Unit, !string.IsNullOrEmpty(time.Timezone))),
        DurationType duration => Fixed<long, DurationFormat>(new(duration.Unit)),
        IntervalType { Unit: IntervalUnit.YearMonth } => Fixed<int, MonthIntervalFormat>(default),
        IntervalType { Unit: IntervalUnit.DayTime } => Fixed<DayInterval, DayIntervalFormat>(default),
        IntervalType => Fixed<MixedInterval, MixedIntervalFormat>(default),
        StringType => new TextColumn(new OffsetValues(isLarge: false)),
        LargeStringType => new TextColumn(new OffsetValues(isLarge: true)),
        StringViewType => new TextColumn(new ViewValues()),
        BinaryType => new BinaryColumn(new OffsetValues(isLarge: false)),
        LargeBinaryType => new BinaryColumn(new OffsetValues(isLarge: true)),
        BinaryViewType => new BinaryColumn(new ViewValues()),
        FixedSizeBinaryType binary => FixedBinary(binary),
        ListType list => new ListColumn(isLarge: false, Create(list.ValueDataType)),
        LargeListType list => new ListColumn(isLarge: true, Create(list.ValueDataType)),
        FixedSizeListType list => new FixedListColumn(list.ListSize, Create(list.ValueDataType)),
        ListViewType list => new ListViewColumn(isLarge: false, Create(list.ValueDataType), repeated),
        LargeListViewType list => new ListViewColumn(isLarge: true, Create(list.ValueDataType), repeated),
        MapType map => Map(map),
        StructType record => Struct(record),
        DictionaryType { IndexType: IntegerType index } dictionary =>
            new DictionaryColumn(index, Create(dictionary.ValueType), repeated),
        RunEndEncodedType { RunEndsDataType: IntegerType end } runs =>
            new RunEndColumn(end, Create(runs.ValuesDataType), repeated),
        _ => throw new NotSupportedException($"is a {TypeNames.Describe(type)}, which is not read"),
    };

    private static FixedColumn<T, TFormat> Fixed<T, TFormat>(TFormat format)
        where T : unmanaged
        where TFormat : struct, IValueFormat<T> => new(format);

    private static DecimalColumn Decimal(IArrowType type, int width, int digits, int precision, int scale) =>
        precision >= 1 && precision <= digits && Math.Abs((long)scale) <= DecimalColumn.LargestScale
            ? new DecimalColumn(width, scale)
            : throw new InvalidDataException($"there is no {TypeNames.Describe(type)}");

    private static BinaryColumn FixedBinary(FixedSizeBinaryType type) => type.ByteWidth switch
    {
        < 0 => throw new InvalidDataException($"there is no {TypeNames.Describe(type)}"),
        > TableLimits.RowBytes => throw new NotSupportedException(
            $"is a {TypeNames.Describe(type)}: a row may have {TableLimits.RowBytes >> 20} MiB"),
        var width => new BinaryColumn(new FixedValues(width)),
    };

    private MapColumn Map(MapType type) => new(
        TypeNames.HasTextKeys(type), Create(type.KeyField.DataType), Create(type.ValueField.DataType));

    private StructColumn Struct(StructType type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (type.Fields.FirstOrDefault(field => !names.Add(field.Name)) is { } twin)
            throw new NotSupportedException($"is a struct that has two fields called {Printable.Quote(twin.Name)}");
        return new StructColumn(type.Fields, [.. type.Fields.Select(field => Create(field.DataType))]);
    }
}
