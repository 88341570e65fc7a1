using TaskQueue.Contracts;
using TaskQueue.Tables.Columns;
using TaskQueue.Tables.Guard;

namespace TaskQueue.Tables;

/// <summary>
/// One pass over a table. One record batch is in memory at a time; its rows are checked and handed out in windows.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private readonly FileGuard _guard;
    private readonly ArrowReader _reader;
    private readonly ByteQuota _repeated;
    private readonly ArrowColumn[] _columns;
    private int _nextBlock;
    private int _length;
    private int _start;
    private long _nextRow;

    /// <exception cref="NotSupportedException">A column is of a type that is not read.</exception>
    public BatchReader(TableFile file, FileGuard guard)
    {
        _guard = guard;
        _reader = new ArrowReader(file, guard);
        _repeated = ByteQuota.ToRepeat(file.Length);
        var fields = _reader.Schema.FieldsList;
        Columns = [.. fields.Select(TypeNames.DescribeColumn)];
        _columns = [.. fields.Select(new ColumnFactory(_repeated).CreateColumn)];
    }

    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Reads on.</summary>
    /// <returns>The next rows; null when there are none.</returns>
    public TableBatch? Next()
    {
        while (_start == _length)
        {
            if (_nextBlock == _guard.Batches.Count)
                return null;
            if (_nextBlock is 0)
                _reader.ReadDictionaries();
            LoadBatch(_guard.Batches[_nextBlock++]);
        }

        // Of a large batch, the window's own pages are enough.
        _reader.LetPagesGo();
        var count = Math.Min(_length - _start, TableLimits.WindowRows);
        ForEachColumn(index => _columns[index].MoveTo(_start, _start + count, _repeated));
        var batch = new TableBatch(_nextRow, count, [.. _columns]);
        _start += count;
        _nextRow += count;
        return batch;
    }

    public void Dispose() => _reader.Dispose();

    private void LoadBatch(Block block)
    {
        var batch = _reader.ReadBatch(block);
        (_start, _length) = (0, batch.Length);
        ForEachColumn(index => _columns[index].Load(batch.Column(index).Data));
    }

    private void ForEachColumn(Action<int> action)
    {
        for (var index = 0; index < _columns.Length; index++)
        {
            try
            {
                action(index);
            }
            catch (InvalidDataException damage)
            {
                var (name, type) = (Printable.Quote(Columns[index].Name), Columns[index].Type);
                throw new InvalidDataException(
                    $"column {name} ({type}), rows from {_nextRow}: {damage.Message}", damage);
            }
        }
    }
}
