using TaskQueue.Contracts;

namespace TaskQueue.Tables.Arrow;

/// <summary>Reads the type of a field.</summary>
/// <exception cref="InvalidDataException">There is no such type.</exception>
/// <exception cref="NotSupportedException">It is a type that is not read.</exception>
internal static class TypeReader
{
    private const int LargestScale = 128;

    public static ArrowType Read(FlatTable field)
    {
        var id = (ArrowTypeId)field.Byte(2);
        return id switch
        {
            ArrowTypeId.Int => ReadInteger(field.Table(3)),
            ArrowTypeId.FloatingPoint => ReadFloat(field.Table(3)),
            ArrowTypeId.Decimal => ReadDecimal(field.Table(3)),
            ArrowTypeId.Date => ReadDate(field.Table(3)),
            ArrowTypeId.Time => ReadTime(field.Table(3)),
            ArrowTypeId.Timestamp =>
                new(id, 64, Unit: (TimeUnit)ReadUnit(field.Table(3)), Zone: ReadZone(field.Table(3))),
            ArrowTypeId.Duration => new(id, 64, Unit: (TimeUnit)ReadUnit(field.Table(3), missing: 1)),
            ArrowTypeId.FixedSizeBinary or ArrowTypeId.FixedSizeList => ReadFixedSize(id, field.Table(3)),
            ArrowTypeId.Null or ArrowTypeId.Bool or ArrowTypeId.Struct or ArrowTypeId.List or ArrowTypeId.LargeList
                or ArrowTypeId.Binary or ArrowTypeId.LargeBinary or ArrowTypeId.BinaryView
                or ArrowTypeId.Utf8 or ArrowTypeId.LargeUtf8 or ArrowTypeId.Utf8View => new(id),
            ArrowTypeId.None => throw new InvalidDataException("it has no type"),
            _ => throw Refusal(new(id)),
        };
    }

    public static ArrowType ReadInteger(FlatTable type) => type.Int32(0) switch
    {
        8 or 16 or 32 or 64 => new(ArrowTypeId.Int, type.Int32(0), type.Boolean(1)),
        var width => throw new InvalidDataException($"an integer of {width} bits"),
    };

    private static ArrowType ReadFloat(FlatTable type) => type.Int16(0) switch
    {
        0 => new(ArrowTypeId.FloatingPoint, 16),
        1 => new(ArrowTypeId.FloatingPoint, 32),
        2 => new(ArrowTypeId.FloatingPoint, 64),
        var precision => throw new InvalidDataException($"a float of precision {precision}"),
    };

    private static ArrowType ReadDecimal(FlatTable type)
    {
        var read = new ArrowType(ArrowTypeId.Decimal, type.Int32(2, missing: 128), true, type.Int32(0), type.Int32(1));
        if (read.Width is 32 or 64)
            throw Refusal(read);
        var digits = read.Width switch
        {
            128 => 38,
            256 => 76,
            _ => throw new InvalidDataException($"a decimal of {read.Width} bits"),
        };
        if (read.Precision < 1 || read.Precision > digits || read.Scale is < -LargestScale or > LargestScale)
            throw new InvalidDataException($"there is no {read}");
        return read;
    }

    private static ArrowType ReadDate(FlatTable type) => type.Int16(0, missing: 1) switch
    {
        0 => new(ArrowTypeId.Date, 32),
        1 => new(ArrowTypeId.Date, 64),
        _ => throw new InvalidDataException("it counts in an unknown unit"),
    };

    private static ArrowType ReadTime(FlatTable type)
    {
        var unit = (TimeUnit)ReadUnit(type, missing: 1);
        var read = new ArrowType(ArrowTypeId.Time, type.Int32(1, missing: 32), Unit: unit);
        return read.Width == (read.Unit <= TimeUnit.Millisecond ? 32 : 64)
            ? read
            : throw new InvalidDataException($"there is no {read}");
    }

    private static ArrowType ReadFixedSize(ArrowTypeId id, FlatTable type)
    {
        var read = new ArrowType(id, type.Int32(0));
        if (read.Width < 0)
            throw new InvalidDataException($"there is no {read}");
        return read.Width <= TableLimits.RowBytes
            ? read
            : throw new NotSupportedException($"is a {read}: a row may have {TableLimits.RowBytes >> 20} MiB");
    }

    private static short ReadUnit(FlatTable type, short missing = 0) =>
        type.Int16(0, missing) is >= 0 and <= 3 and var unit
            ? unit
            : throw new InvalidDataException("it counts in an unknown unit");

    private static string? ReadZone(FlatTable timestamp) =>
        timestamp.Text(1) is { Length: > 0 } zone ? Printable.Short(zone) : null;

    private static NotSupportedException Refusal(ArrowType type) => new($"is {type.WithArticle()}, which is not read");
}
