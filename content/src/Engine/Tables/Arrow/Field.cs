using TaskQueue.Contracts;

namespace TaskQueue.Tables.Arrow;

/// <summary>A field of a schema: a column, or a part of one.</summary>
/// <param name="Name">Empty when the file gives none.</param>
/// <param name="IsNullable">Whether the file declares that it may hold nulls.</param>
/// <param name="Type">The type of its values, also when they stand in a dictionary.</param>
/// <param name="Dictionary">The dictionary that holds its values; null when they stand in the batches.</param>
/// <param name="Children">The items of a list, the fields of a struct.</param>
internal sealed record Field(
    string Name, bool IsNullable, ArrowType Type, DictionaryEncoding? Dictionary, IReadOnlyList<Field> Children)
{
    private const int LongestDescription = 200;

    public ColumnKind Kind => Type.Kind;

    /// <summary>The same field with its values in place: what a dictionary batch holds.</summary>
    public Field Values => this with { Dictionary = null };

    /// <summary>
    /// The type with its children, for people: <c>dictionary&lt;utf8&gt;</c>, <c>list&lt;int64&gt;</c>.
    /// </summary>
    public string Describe()
    {
        var text = Children.Count > 0
            ? $"{Type}<{string.Join(", ", Children.Take(LongestDescription).Select(DescribeChild))}>"
            : Type.ToString();
        if (Dictionary is not null)
            text = $"dictionary<{text}>";
        return text.Length <= LongestDescription ? text : string.Concat(text.AsSpan(0, LongestDescription), "…");
    }

    private string DescribeChild(Field child) =>
        Type.Id is ArrowTypeId.Struct ? $"{Printable.Short(child.Name)}: {child.Describe()}" : child.Describe();
}

/// <param name="Id">Fields with the same id share their dictionary.</param>
/// <param name="Index">The integer type of the places in it.</param>
internal sealed record DictionaryEncoding(long Id, ArrowType Index);
