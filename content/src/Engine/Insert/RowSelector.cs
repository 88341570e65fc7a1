using System.Collections;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Checks every row of a table and chooses those that are to be done.</summary>
internal sealed class RowSelector(TaskQueueSettings settings, FilterFactory filters)
{
    private const string CloudPath = "cloudpath";

    /// <param name="task">Whose parameters the rows are.</param>
    /// <param name="table">Is read to its end.</param>
    /// <param name="choice">Which rows are wanted.</param>
    /// <param name="limit">How long the messages may be; null when none will be sent.</param>
    /// <param name="checkedRows">Told how many rows were checked.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="TaskQueueException">The table or one of its rows is unsound (65), or the filter failed.</exception>
    public async Task<Selection> SelectAsync(
        TaskDefinition task, ITable table, RowChoice choice, MessageLimit? limit, Action<long> checkedRows, CancellationToken cancellationToken)
    {
        var binding = TableBinding.Create(task, table, WithCloudPath(task, table, choice.Constants));
        var filter = await filters.CreateAsync(binding, choice.NoFilter, cancellationToken);
        using var lengths = limit is null ? null : new MessageLengths(binding, limit);
        var rows = new BitArray(checked((int)table.RowCount));
        long finished = 0, chosen = 0;
        TableChecker.Check(binding, Visit, checkedRows, cancellationToken);
        lengths?.ThrowIfAny();
        return new Selection(binding, rows, chosen, finished);

        void Visit(TableBatch batch, int index, ReadOnlySpan<byte> id)
        {
            var row = batch.FirstRow + index;
            if (row < choice.Skip)
                return;
            if (!filter.IsToDo(batch, index, id))
            {
                finished++;
            }
            else if (choice.Limit is not { } limit || chosen < limit)
            {
                lengths?.Check(batch, index, id);
                rows[(int)row] = true;
                chosen++;
            }
        }
    }

    /// <summary>cloudpath comes from CF_CLOUDPATH when the parameters want it and the table lacks it.</summary>
    private Dictionary<string, string> WithCloudPath(TaskDefinition task, ITable table, IReadOnlyDictionary<string, string> constants)
    {
        var all = new Dictionary<string, string>(constants);
        if (task.Parameters.Any(parameter => parameter.Column == CloudPath) && table.Columns.All(column => column.Name != CloudPath))
            all.TryAdd(CloudPath, settings.CloudPath);
        return all;
    }
}
