namespace TaskQueue.Tables.Guard;

/// <summary>A field of a checked schema: how many nodes and buffers of a batch belong to it.</summary>
/// <param name="Name">As the file spells it.</param>
/// <param name="Type">The type of its values, also when they stand in a dictionary.</param>
/// <param name="Buffers">How many of its own, or <see cref="Variadic"/>.</param>
/// <param name="ListSize">Items of each list, when all are of the same length.</param>
/// <param name="Children">The items of a list, the fields of a struct.</param>
/// <param name="DictionaryId">Which dictionary holds its values; null when they stand in the batches.</param>
internal sealed record GuardedField(
    string Name, FieldType Type, int Buffers, int ListSize, IReadOnlyList<GuardedField> Children, long? DictionaryId)
{
    /// <summary>Each batch says how many buffers there are.</summary>
    public const int Variadic = -1;

    /// <summary>What the batches hold of a field whose values stand in a dictionary: places in it.</summary>
    public GuardedField Places => new(Name, FieldType.Int, Buffers: 2, ListSize: 0, [], DictionaryId: null);
}
