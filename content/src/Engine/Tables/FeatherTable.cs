using TaskQueue.Contracts;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Columns;

namespace TaskQueue.Tables;

/// <summary>A Feather file, version 2: the Arrow IPC file format, plain or compressed.</summary>
public sealed class FeatherTable : ITable
{
    private readonly TableFile _file;
    private readonly MemoryBudget _budget;
    private readonly Footer _footer;
    private IReadOnlyDictionary<long, ValueDictionary>? _dictionaries;
    private BatchReader? _idleReader;

    private FeatherTable(TableFile file)
    {
        _file = file;
        TableFormat.Check(file);
        _footer = Footer.Read(file);
        _budget = new MemoryBudget(TableLimits.Memory(file.Length));
        Columns = [.. _footer.Fields.Select(ToColumn)];
        RowCount = CountRows();
    }

    public string Location => _file.Location;

    public IReadOnlyList<TableColumn> Columns { get; }

    public long RowCount { get; }

    /// <summary>Opens a file. Its schema and the places of its batches are checked, its rows are not yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="location">Where it came from, for people; null when that is its path.</param>
    /// <exception cref="TaskQueueException">It cannot be read, or is no such file (exit codes 65, 74, 77).</exception>
    public static FeatherTable Open(string path, string? location = null)
    {
        var file = TableFile.Open(path, location);
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
        // One that is done lends its memory to the next.
        var reader = Interlocked.Exchange(ref _idleReader, null) ?? Guard(_file, NewReader);
        reader.Restart();
        try
        {
            while (Guard(_file, reader.Next) is { } batch)
                yield return batch;
        }
        finally
        {
            _idleReader = reader;
        }
    }

    public void Dispose()
    {
        _idleReader?.Dispose();
        _file.Dispose();
    }

    private BatchReader NewReader()
    {
        _dictionaries ??= DictionaryReader.Read(_file, _footer, _budget);
        return new BatchReader(_file, _footer, _budget.Fork(), _dictionaries);
    }

    private static TableColumn ToColumn(Field field) => new(field.Name, field.Kind, field.Describe(), field.IsNullable);

    private long CountRows()
    {
        var messages = new MessageReader(_file);
        var rows = 0L;
        foreach (var block in _footer.BatchBlocks)
        {
            var count = messages.ReadRowCount(block);
            if (count > TableLimits.Rows - rows)
                throw new NotSupportedException($"it has more than {TableLimits.Rows:N0} rows");
            if (count > 0 && _footer.Fields.Count is 0)
                throw new InvalidDataException("it has rows, but no columns");
            rows += count;
        }

        return rows;
    }

    private static T Guard<T>(TableFile file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException damage)
        {
            throw TableErrors.Damaged(file.Location, damage);
        }
        catch (NotSupportedException refusal)
        {
            throw TableErrors.Unsupported(file.Location, refusal);
        }
        catch (IOException failure)
        {
            throw TableErrors.Unreadable(file.Location, failure);
        }
    }
}
