using System.Diagnostics.CodeAnalysis;
using TaskQueue.Contracts;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Columns;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables;

/// <summary>
/// One pass over a table. A large record batch is read in windows, so that memory does not grow with it.
/// </summary>
internal sealed class BatchReader : IDisposable
{
    private readonly Footer _footer;
    private readonly MessageReader _messages;
    private readonly ArrowColumn[] _columns;
    private readonly TableFile _file;
    private readonly TableInput _input;
    private int _nextBlock;
    private long _nextRow;
    private long _left;
    private int _windowRows;
    private Allowance _unpacked;
    private Allowance _repeated;

    public BatchReader(
        TableFile file, Footer footer, MemoryBudget budget, IReadOnlyDictionary<long, ValueDictionary> dictionaries)
    {
        _file = file;
        _footer = footer;
        _messages = new MessageReader(file);
        _input = new TableInput(file, budget);
        var factory = new ColumnFactory(_input, dictionaries);
        _columns = [.. footer.Fields.Select(factory.Create)];
        Restart();
    }

    /// <summary>Goes back to the first row.</summary>
    [MemberNotNull(nameof(_unpacked), nameof(_repeated))]
    public void Restart()
    {
        (_nextBlock, _nextRow, _left) = (0, 0, 0);
        _unpacked = Allowance.ToUnpack(_file);
        _repeated = Allowance.ToRepeat(_file);
    }

    /// <summary>Reads on.</summary>
    /// <returns>The next rows; null when there are none.</returns>
    public TableBatch? Next()
    {
        while (_left is 0)
        {
            if (_nextBlock == _footer.BatchBlocks.Count)
                return null;
            StartBatch(_messages.ReadBatch(_footer.BatchBlocks[_nextBlock++]));
        }

        var count = (int)Math.Min(_left, _windowRows);
        var batch = new TableBatch(_nextRow, count, _columns);
        ForEachColumn(column =>
        {
            column.Load(count);
            _repeated.Add(column.CheckSize());
        });
        _left -= count;
        _nextRow += count;
        return batch;
    }

    public void Dispose() => _input.Dispose();

    private void StartBatch(RecordBatch batch)
    {
        _input.Spill.Clear();
        _left = batch.Length;
        ForEachColumn(column => column.Start(batch, batch.Length));
        batch.CheckUsedUp();
        _unpacked.Add(batch.DeclaredBytes);
        var rowBytes = batch.DeclaredBytes / Math.Max(1, batch.Length);
        _windowRows = (int)Math.Clamp(TableLimits.WindowBytes / Math.Max(1, rowBytes), 1, TableLimits.WindowRows);
    }

    private void ForEachColumn(Action<ArrowColumn> action)
    {
        for (var index = 0; index < _columns.Length; index++)
        {
            try
            {
                action(_columns[index]);
            }
            catch (InvalidDataException damage)
            {
                var field = _footer.Fields[index];
                throw new InvalidDataException(
                    $"column {Printable.Quote(field.Name)} ({field.Describe()}), rows from {_nextRow}: {damage.Message}",
                    damage);
            }
        }
    }
}
