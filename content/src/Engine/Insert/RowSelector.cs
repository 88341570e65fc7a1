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

    /// <exception cref="TaskQueueException">The table or one of its rows is unsound (65), or the filter failed.</exception>
    public async Task<Selection> SelectAsync(
        TaskDefinition task, ITable table, RowChoice choice, Action<long> checkedRows, CancellationToken cancellationToken)
    {
        var binding = TableBinding.Create(task, table, WithCloudPath(task, table, choice.Constants));
        var filter = await filters.CreateAsync(binding, choice.NoFilter, cancellationToken);
        var rows = new BitArray(checked((int)table.RowCount));
        long finished = 0, chosen = 0;
        TableChecker.Check(binding, Visit, checkedRows, cancellationToken);
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
