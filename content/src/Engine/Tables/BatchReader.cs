using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Columns;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables;

/// <summary>One pass over a table. A large record batch is read in windows, so that memory does not grow with it.</summary>
internal sealed class BatchReader
{
    readonly Footer footer;
    readonly MessageReader messages;
    readonly ArrowColumn[] columns;
    readonly Allowance unpacked;
    readonly Allowance repeated;
    int nextBlock;
    long nextRow;
    long left;
    int windowRows;

    public BatchReader(TableFile file, Footer footer, MemoryBudget budget, IReadOnlyDictionary<long, ValueDictionary> dictionaries)
    {
        this.footer = footer;
        messages = new MessageReader(file);
        unpacked = Allowance.ToUnpack(file);
        repeated = Allowance.ToRepeat(file);
        var factory = new ColumnFactory(new TableInput(file, budget), dictionaries);
        columns = [.. footer.Fields.Select(factory.Create)];
    }

    /// <summary>Reads on.</summary>
    /// <returns>The next rows; null when there are none.</returns>
    public TableBatch? Next()
    {
        while (left is 0)
        {
            if (nextBlock == footer.BatchBlocks.Count)
                return null;
            StartBatch(messages.ReadBatch(footer.BatchBlocks[nextBlock++]));
        }

        var count = (int)Math.Min(left, windowRows);
        var batch = new TableBatch(nextRow, count, columns);
        ForEachColumn(column =>
        {
            column.Load(count);
            repeated.Add(column.CheckSize());
        });
        left -= count;
        nextRow += count;
        return batch;
    }

    void StartBatch(RecordBatch batch)
    {
        left = batch.Length;
        ForEachColumn(column => column.Start(batch, batch.Length));
        batch.CheckUsedUp();
        unpacked.Add(batch.DeclaredBytes);
        var rowBytes = batch.DeclaredBytes / Math.Max(1, batch.Length);
        windowRows = (int)Math.Clamp(TableLimits.WindowBytes / Math.Max(1, rowBytes), 1, TableLimits.WindowRows);
    }

    void ForEachColumn(Action<ArrowColumn> action)
    {
        for (var index = 0; index < columns.Length; index++)
        {
            try
            {
                action(columns[index]);
            }
            catch (InvalidDataException damage)
            {
                var field = footer.Fields[index];
                throw new InvalidDataException(
                    $"column {Quoted.Name(field.Name)} ({field.Describe()}), rows from {nextRow}: {damage.Message}", damage);
            }
        }
    }
}
