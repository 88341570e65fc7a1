using TaskQueue.Contracts;

namespace TaskQueue.Tables.Arrow;

/// <summary>Reads the schema, and refuses by column and type what the rest of this room cannot read.</summary>
/// <exception cref="InvalidDataException">The schema is damaged.</exception>
/// <exception cref="NotSupportedException">A column is of a type that is not read.</exception>
internal sealed class SchemaReader
{
    private readonly Dictionary<long, Field> _dictionaries = [];
    private int _fields;

    /// <summary>The values of each dictionary, by its id.</summary>
    public IReadOnlyDictionary<long, Field> Dictionaries => _dictionaries;

    public IReadOnlyList<Field> Read(FlatTable schema)
    {
        if (schema.Int16(0) is not 0)
            throw new NotSupportedException("its numbers are big-endian; only little-endian files are read");
        var columns = new List<Field>();
        for (var index = 0; index < schema.Count(1); index++)
            columns.Add(ReadColumn(schema.Table(1, index)));
        RefuseTwins(columns, "the table has two columns called");
        return columns;
    }

    private Field ReadColumn(FlatTable field)
    {
        var name = field.Text(0) ?? "";
        try
        {
            return ReadField(field, 1, inDictionary: false);
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

    private Field ReadField(FlatTable field, int depth, bool inDictionary)
    {
        if (++_fields > TableLimits.Fields)
            throw new NotSupportedException($"is one too many: a table may have {TableLimits.Fields} fields");
        if (depth > TableLimits.Depth)
            throw new NotSupportedException($"is nested too deeply: {TableLimits.Depth} levels are read");

        var type = TypeReader.Read(field);
        var encoding = field.Has(4) ? ReadEncoding(field.Table(4)) : null;
        if (inDictionary && encoding is not null)
            throw new NotSupportedException($"has a dictionary<{type}> inside a dictionary, which is not read");

        var children = new List<Field>();
        for (var index = 0; index < field.Count(5); index++)
            children.Add(ReadField(field.Table(5, index), depth + 1, inDictionary || encoding is not null));
        CheckChildren(type, children);

        var read = new Field(field.Text(0) ?? "", field.Boolean(1), type, encoding, children);
        if (encoding is not null)
            Remember(encoding.Id, read.Values);
        return read;
    }

    private static DictionaryEncoding ReadEncoding(FlatTable encoding) => new(
        encoding.Int64(0),
        encoding.Has(1)
            ? TypeReader.ReadInteger(encoding.Table(1))
            : new ArrowType(ArrowTypeId.Int, 32, IsSigned: true));

    private static void CheckChildren(ArrowType type, List<Field> children)
    {
        var isWhole = type.Kind switch
        {
            ColumnKind.List => children.Count is 1,
            ColumnKind.Struct => true,
            _ => children.Count is 0,
        };
        if (!isWhole)
            throw new InvalidDataException($"a {type} cannot have {children.Count} children");
        if (type.Kind is ColumnKind.Struct)
            RefuseTwins(children, $"is {type.WithArticle()} that has two fields called");
    }

    private void Remember(long id, Field values)
    {
        if (_dictionaries.TryGetValue(id, out var other) && other.Describe() != values.Describe())
            throw new InvalidDataException(
                $"its dictionary holds {values.Describe()} here and {other.Describe()} elsewhere");
        _dictionaries[id] = values;
    }

    private static void RefuseTwins(List<Field> fields, string complaint)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (fields.Find(field => !names.Add(field.Name)) is { } twin)
            throw new NotSupportedException($"{complaint} {Printable.Quote(twin.Name)}");
    }
}
