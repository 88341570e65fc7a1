using TaskQueue.Binding;
using TaskQueue.Queues;

namespace TaskQueue.Insert;

/// <summary>Turns the selected rows of a table into messages.</summary>
internal sealed class MessageSource(Selection selection, string run, string build)
{
    /// <summary>Reads the table once more, from its start.</summary>
    public IEnumerable<QueuedMessage> Read(CancellationToken cancellationToken)
    {
        using var ids = new RowIds(selection.Binding);
        using var writer = new MessageWriter(selection.Binding, run, build);
        foreach (var batch in selection.Binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
                if (selection.Rows[(int)(batch.FirstRow + row)])
                    yield return writer.Create(batch, row, ids.Get(batch, row));
        }
    }
}
