using Apache.Arrow;
using Apache.Arrow.Types;
using TaskQueue.Contracts;

namespace TaskQueue.Tables.Columns;

/// <summary>Makes the column of a field: the one place that knows which class reads which type.</summary>
/// <param name="repeated">What all values of the table may come to.</param>
internal sealed class ColumnFactory(ByteQuota repeated)
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
        Int8Type => new IntegerColumn<sbyte>(),
        Int16Type => new IntegerColumn<short>(),
        Int32Type => new IntegerColumn<int>(),
        Int64Type => new IntegerColumn<long>(),
        UInt8Type => new IntegerColumn<byte>(),
        UInt16Type => new IntegerColumn<ushort>(),
        UInt32Type => new IntegerColumn<uint>(),
        UInt64Type => new IntegerColumn<ulong>(),
        HalfFloatType => new FloatColumn<Half>(),
        FloatType => new FloatColumn<float>(),
        DoubleType => new FloatColumn<double>(),
        Decimal32Type { Precision: var precision, Scale: var scale } => Decimal(type, 4, 9, precision, scale),
        Decimal64Type { Precision: var precision, Scale: var scale } => Decimal(type, 8, 18, precision, scale),
        Decimal128Type { Precision: var precision, Scale: var scale } => Decimal(type, 16, 38, precision, scale),
        Decimal256Type { Precision: var precision, Scale: var scale } => Decimal(type, 32, 76, precision, scale),
        Date32Type => new IsoColumn<int>((ref text, day) => text.AddDate(day)),
        Date64Type => new IsoColumn<long>((ref text, time) => text.AddMillisecondDate(time)),
        Time32Type { Unit: var unit } => new IsoColumn<int>((ref text, time) => text.AddTime(time, unit)),
        Time64Type { Unit: var unit } => new IsoColumn<long>((ref text, time) => text.AddTime(time, unit)),
        TimestampType { Unit: var unit, Timezone: null or "" } =>
            new IsoColumn<long>((ref text, time) => text.AddTimestamp(time, unit, isUtc: false)),
        TimestampType { Unit: var unit } => new IsoColumn<long>((ref text, time) => text.AddTimestamp(time, unit, isUtc: true)),
        DurationType { Unit: var unit } => new IsoColumn<long>((ref text, time) => text.AddDuration(time, unit)),
        IntervalType { Unit: IntervalUnit.YearMonth } =>
            new IsoColumn<int>((ref text, months) => text.AddInterval(months, days: 0, time: 0, TimeUnit.Second)),
        IntervalType { Unit: IntervalUnit.DayTime } => new IsoColumn<DayInterval>(
            (ref text, interval) => text.AddInterval(months: 0, interval.Days, interval.Milliseconds, TimeUnit.Millisecond)),
        IntervalType => new IsoColumn<MixedInterval>(
            (ref text, interval) => text.AddInterval(interval.Months, interval.Days, interval.Nanoseconds, TimeUnit.Nanosecond)),
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
