using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Columns;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables;

/// <summary>Loads the dictionaries of a file. They stay in memory as long as the table is open.</summary>
internal static class DictionaryReader
{
    private static readonly Dictionary<long, ValueDictionary> None = [];

    public static IReadOnlyDictionary<long, ValueDictionary> Read(TableFile file, Footer footer, MemoryBudget budget)
    {
        if (footer.DictionaryBlocks.Count > TableLimits.DictionaryBatches)
            throw new NotSupportedException($"it has more than {TableLimits.DictionaryBatches} dictionary batches");
        var dictionaries = footer.Dictionaries.Keys.ToDictionary(id => id, _ => new ValueDictionary());
        var messages = new MessageReader(file);
        using var input = new TableInput(file, budget);
        var factory = new ColumnFactory(input, None);
        var unpacked = Allowance.ToUnpack(file);
        foreach (var block in footer.DictionaryBlocks)
        {
            var batch = messages.ReadDictionary(block);
            if (!dictionaries.TryGetValue(batch.Id, out var dictionary))
                continue;
            if (dictionary.Count > 0 && !batch.IsDelta)
                throw new InvalidDataException("it has two dictionaries for one column");
            dictionary.Add(Load(factory.Create(footer.Dictionaries[batch.Id]), batch.Values, unpacked));
        }

        return dictionaries;
    }

    private static ArrowColumn Load(ArrowColumn values, RecordBatch batch, Allowance unpacked)
    {
        if (batch.Length > TableLimits.Rows)
            throw new InvalidDataException("a dictionary has too many values");
        values.Start(batch, batch.Length);
        batch.CheckUsedUp();
        unpacked.Add(batch.DeclaredBytes);
        values.Load((int)batch.Length);
        return values;
    }
}
