using System.Collections;
using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>The rows of a checked table that are to be done.</summary>
/// <param name="Binding">Which column fills which parameter.</param>
/// <param name="Rows">True for each row of the table that was chosen.</param>
/// <param name="Chosen">How many were chosen.</param>
/// <param name="Finished">How many were left out because they are done.</param>
public sealed record Selection(TableBinding Binding, BitArray Rows, long Chosen, long Finished)
{
    /// <summary>Reads the table once more, from its start, and turns the chosen rows into messages.</summary>
    /// <param name="origin">What all of them say.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    internal IEnumerable<QueuedMessage> ReadMessages(MessageOrigin origin, CancellationToken cancellationToken)
    {
        using var ids = new RowIds(Binding);
        using var writer = new MessageWriter(Binding, origin);
        foreach (var batch in Binding.Table.ReadBatches())
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
                if (Rows[(int)(batch.FirstRow + row)])
                    yield return writer.Create(batch, row, ids.Get(batch, row));
        }
    }
}
