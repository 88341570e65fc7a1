using TaskQueue.Contracts;
namespace TaskQueue.Tables.Guard;

/// <summary>Walks a schema: that it ends, and that no part of it is more than a table may have.</summary>
/// <exception cref="InvalidDataException">The schema is damaged.</exception>
/// <exception cref="NotSupportedException">It has something that is not read; names the column.</exception>
internal sealed class SchemaGuard
{
    /// <summary>What a text takes beside its letters.</summary>
    private const int BytesPerText = 32;

    /// <summary>Names are held here, by Apache.Arrow and as JSON.</summary>
    private const int CopiesOfName = 4;

    private readonly Dictionary<long, GuardedField> _dictionaries = [];
    private int _fields;
    private long _textBytes;

    /// <summary>The values of each dictionary, by its id.</summary>
    public IReadOnlyDictionary<long, GuardedField> Dictionaries => _dictionaries;

    public IReadOnlyList<GuardedField> Check(FlatTable schema)
    {
        if (schema.Int16(0) is not 0)
            throw new NotSupportedException("its numbers are big-endian; only little-endian files are read");
        CheckMetadata(schema, 2);
        var columns = new List<GuardedField>();
        for (var index = 0; index < schema.Count(1); index++)
            columns.Add(CheckColumn(schema.Table(1, index)));
        return columns;
    }

    private GuardedField CheckColumn(FlatTable field)
    {
        var name = CheckText(field, 0) ?? throw new InvalidDataException("a column has no name");
        try
        {
            return CheckField(field, name, depth: 1);
        }
        catch (NotSupportedException refusal)
        {
            throw new NotSupportedException($"column {Printable.Quote(name)} {refusal.Message}", refusal);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"column {Printable.Quote(name)}: {damage.Message}", damage);
        }
    }

    private GuardedField CheckField(FlatTable field, string name, int depth)
    {
        if (++_fields > TableLimits.Fields)
            throw new NotSupportedException($"is one too many: a table may have {TableLimits.Fields} fields");
        if (depth > TableLimits.Depth)
            throw new NotSupportedException($"is nested too deeply: {TableLimits.Depth} levels are read");

        CheckMetadata(field, 6);
        var type = CheckType(field);
        var children = new List<GuardedField>();
        for (var index = 0; index < field.Count(5); index++)
            children.Add(CheckChild(field.Table(5, index), depth + 1));
        CheckChildren(type, children);

        var listSize = type is FieldType.FixedSizeList ? CheckListSize(field.Table(3)) : 0;
        long? dictionary = field.Has(4) ? field.Table(4).Int64(0) : null;
        var read = new GuardedField(name, type, CountBuffers(type), listSize, children, dictionary);
        if (dictionary is { } id)
            Remember(id, read);
        return read;
    }

    private GuardedField CheckChild(FlatTable field, int depth) =>
        CheckField(field, CheckText(field, 0) ?? throw new InvalidDataException("a field of it has no name"), depth);

    private FieldType CheckType(FlatTable field)
    {
        var type = (FieldType)field.Byte(2);
        switch (type)
        {
            case FieldType.None:
                throw new InvalidDataException("it has no type");
            case FieldType.Union:
                throw new NotSupportedException("is a union, which is not read");
            case > FieldType.LargeListView:
                throw new NotSupportedException($"is a type number {(byte)type}, which is not read");
            case FieldType.Timestamp:
                CheckText(field.Table(3), 1);
                break;
        }

        return type;
    }

    private static void CheckChildren(FieldType type, List<GuardedField> children)
    {
        if (type is FieldType.Struct && children.Count is 0)
            throw new NotSupportedException("has a struct without fields, which is not read");
        var isWhole = type switch
        {
            FieldType.Struct => true,
            FieldType.List or FieldType.LargeList or FieldType.FixedSizeList or FieldType.ListView
                or FieldType.LargeListView => children.Count is 1,
            FieldType.Map => children is [{ Type: FieldType.Struct, Children.Count: 2, DictionaryId: null }],
            FieldType.RunEndEncoded => children.Count is 2,
            _ => children.Count is 0,
        };
        if (!isWhole)
            throw new InvalidDataException(
                $"its type, number {(byte)type}, cannot have {children.Count} such children");
    }

    private static int CheckListSize(FlatTable type) => type.Int32(0) switch
    {
        < 0 => throw new InvalidDataException("its lists have a negative length"),
        > TableLimits.RowBytes => throw new NotSupportedException(
            $"has lists of {type.Int32(0)} items: a row may have {TableLimits.RowBytes >> 20} MiB"),
        var size => size,
    };

    private static int CountBuffers(FieldType type) => type switch
    {
        FieldType.Null or FieldType.RunEndEncoded => 0,
        FieldType.Struct or FieldType.FixedSizeList => 1,
        FieldType.Binary or FieldType.Utf8 or FieldType.LargeBinary or FieldType.LargeUtf8
            or FieldType.ListView or FieldType.LargeListView => 3,
        FieldType.BinaryView or FieldType.Utf8View => GuardedField.Variadic,
        _ => 2,
    };

    private void Remember(long id, GuardedField field)
    {
        var values = field with { DictionaryId = null };
        if (_dictionaries.TryGetValue(id, out var other) && other.Type != values.Type)
            throw new InvalidDataException("its dictionary is that of a column of another type");
        _dictionaries[id] = values;
    }

    /// <summary>Counts the keys and values that Apache.Arrow will make strings of.</summary>
    private void CheckMetadata(FlatTable table, int field)
    {
        for (var index = 0; index < table.Count(field); index++)
        {
            var pair = table.Table(field, index);
            AddText(pair.Structs(0, 1).Length);
            AddText(pair.Structs(1, 1).Length);
        }
    }

    private string? CheckText(FlatTable table, int field)
    {
        AddText(CopiesOfName * (long)table.Structs(field, 1).Length);
        return table.Text(field);
    }

    /// <summary>Many fields may point to one long text, so that little is read as much.</summary>
    private void AddText(long bytes)
    {
        _textBytes += bytes + BytesPerText;
        if (_textBytes > TableLimits.SchemaTextBytes)
            throw new InvalidDataException(
                $"the names and metadata of the schema have more than {TableLimits.SchemaTextBytes >> 20} MiB");
    }
}
