using TaskQueue.Contracts;
using TaskQueue.Tables.Guard;

namespace TaskQueue.Tables;

/// <summary>A Feather file, version 2: the Arrow IPC file format, plain or compressed.</summary>
public sealed class FeatherTable : ITable
{
    private readonly TableFile _file;
    private readonly FileGuard _guard;

    private FeatherTable(TableFile file)
    {
        _file = file;
        TableFormat.Check(file);
        _guard = new FileGuard(file);
        using var reader = new BatchReader(file, _guard);
        Columns = reader.Columns;
        RefuseTwins();
    }

    public string Location => _file.Location;

    public IReadOnlyList<TableColumn> Columns { get; }

    public long RowCount => _guard.RowCount;

    /// <summary>Opens a file. Its schema and the headers of its batches are checked, its rows are not yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="location">Where it came from, for people; null when that is its path.</param>
    /// <exception cref="TaskQueueException">It cannot be read, or is no such file (exit codes 65, 74, 77).</exception>
    public static FeatherTable Open(string path, string? location = null)
    {
        var file = TableFile.Open(path, location);
        try
        {
            return Explain(file, () => new FeatherTable(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public IEnumerable<TableBatch> ReadBatches()
    {
        using var reader = Explain(_file, () => new BatchReader(_file, _guard));
        while (Explain(_file, reader.Next) is { } batch)
            yield return batch;
    }

    public void Dispose() => _file.Dispose();

    private void RefuseTwins()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (Columns.FirstOrDefault(column => !names.Add(column.Name)) is { } twin)
            throw new NotSupportedException($"the table has two columns called {Printable.Quote(twin.Name)}");
    }

    private static T Explain<T>(TableFile file, Func<T> read)
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
    }
}
