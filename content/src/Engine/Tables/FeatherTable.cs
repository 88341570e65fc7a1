using TaskQueue.Contracts;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Columns;

namespace TaskQueue.Tables;

/// <summary>A Feather file, version 2: the Arrow IPC file format, plain or compressed.</summary>
public sealed class FeatherTable : ITable
{
    readonly TableFile file;
    readonly MemoryBudget budget;
    readonly Footer footer;
    IReadOnlyDictionary<long, ValueDictionary>? dictionaries;

    FeatherTable(TableFile file)
    {
        this.file = file;
        TableFormat.Check(file);
        footer = Footer.Read(file);
        budget = new MemoryBudget(TableLimits.Memory(file.Length));
        Columns = [.. footer.Fields.Select(field => new TableColumn(field.Name, field.Kind, field.Describe(), field.IsNullable))];
        RowCount = CountRows();
    }

    public string Location => file.Path;

    public IReadOnlyList<TableColumn> Columns { get; }

    public long RowCount { get; }

    /// <summary>Opens a file. Its schema and the places of its batches are checked, its rows are not yet.</summary>
    /// <exception cref="TaskQueueException">It cannot be read, or is no such file (exit codes 65, 74, 77).</exception>
    public static FeatherTable Open(string path)
    {
        var file = TableFile.Open(path);
        try
        {
            return Guard(file, () => new FeatherTable(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IEnumerable<TableBatch> ReadBatches()
    {
        var reader = Guard(file, NewReader);
        while (Guard(file, reader.Next) is { } batch)
            yield return batch;
    }

    public void Dispose() => file.Dispose();

    BatchReader NewReader()
    {
        dictionaries ??= DictionaryReader.Read(file, footer, budget);
        return new BatchReader(file, footer, budget.Fork(), dictionaries);
    }

    long CountRows()
    {
        var messages = new MessageReader(file);
        var rows = 0L;
        foreach (var block in footer.BatchBlocks)
        {
            var count = messages.ReadRowCount(block);
            if (count > TableLimits.Rows - rows)
                throw new NotSupportedException($"it has more than {TableLimits.Rows:N0} rows");
            if (count > 0 && footer.Fields.Count is 0)
                throw new InvalidDataException("it has rows, but no columns");
            rows += count;
        }

        return rows;
    }

    static T Guard<T>(TableFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException damage)
        {
            throw TableErrors.Damaged(file.Path, damage);
        }
        catch (NotSupportedException refusal)
        {
            throw TableErrors.Unsupported(file.Path, refusal);
        }
        catch (IOException failure)
        {
            throw TableErrors.Unreadable(file.Path, failure);
        }
    }
}
