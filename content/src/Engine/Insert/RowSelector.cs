using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Checks every row of a table and chooses those that are to be done.</summary>
/// <param name="settings">Checked settings.</param>
/// <param name="records">They say what is done.</param>
/// <param name="services">What the task's constructor asks for, and logging.</param>
internal sealed class RowSelector(TaskQueueSettings settings, RecordStore records, IServiceProvider services)
{
    public const string CloudPath = "cloudpath";

    /// <summary>Whether a row is still to be done. Asked once for each row, in order, on one thread.</summary>
    private delegate bool RowFilter(TableBatch batch, int row, ReadOnlySpan<byte> id);

    /// <param name="task">Whose parameters the rows are.</param>
    /// <param name="table">Is read to its end.</param>
    /// <param name="choice">Which rows are wanted.</param>
    /// <param name="again">The start of a run that runs rows though they are done; null for others.</param>
    /// <param name="limit">How long the messages may be; null when none will be sent.</param>
    /// <param name="checkedRows">Told how many rows were checked.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="TaskQueueException">
    /// The table or one of its rows is unsound (65), or the listing or the task's filter failed: it never means that
    /// nothing is done.
    /// </exception>
    public async Task<Selection> SelectAsync(
        TaskDefinition task, ITable table, RowChoice choice, DateTimeOffset? again, MessageLimit? limit, Action<long> checkedRows, CancellationToken cancellationToken)
    {
        var binding = TableBinding.Create(task, table, WithCloudPath(task, table, choice.Constants));
        using var buffer = new JsonBuffer();
        var (isToDo, done) = await CreateFilterAsync(binding, choice.NoFilter, again, buffer, cancellationToken);
        var rows = new BitArray(checked((int)table.RowCount));
        long finished = 0, chosen = 0;
        TableChecker.Check(binding, done?.All, Visit, checkedRows, cancellationToken);
        limit?.ThrowIfAny(table);
        return new Selection(binding, rows, chosen, finished);

        void Visit(TableBatch batch, int index, ReadOnlySpan<byte> id)
        {
            var row = batch.FirstRow + index;
            if (row < choice.Skip)
                return;
            if (!isToDo(batch, index, id))
            {
                finished++;
            }
            else if (choice.Limit is not { } most || chosen < most)
            {
                limit?.Check(binding, batch, index, id);
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

    /// <summary>Asks the task's own filter, or reads what is done, once.</summary>
    private async Task<(RowFilter IsToDo, DoneIds? Done)> CreateFilterAsync(
        TableBinding binding, bool noFilter, DateTimeOffset? again, JsonBuffer buffer, CancellationToken cancellationToken)
    {
        if (noFilter)
            return ((_, _, _) => true, null);
        if (!binding.Task.HasFilter || again is not null)
        {
            var done = await records.ReadDoneIdsAsync(binding.Task.Name, cancellationToken);
            return done.Count == 0 ? ((_, _, _) => true, null) : ((_, _, id) => !done.Contains(id, again), done);
        }

        var isToDo = await AskTaskAsync(binding.Task, cancellationToken);
        return ((batch, row, _) => isToDo(binding.Task.Bind(buffer.WriteParameters(binding, batch, row))), null);
    }

    private async Task<Func<object, bool>> AskTaskAsync(TaskDefinition task, CancellationToken cancellationToken)
    {
        var instance = task.Create(services);
        var context = new FilterContext
        {
            Output = new OutputStore(records.Store),
            Settings = settings.UserValues,
            Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(task.Name),
        };
        try
        {
            return await task.FilterAsync(instance, context, cancellationToken);
        }
        catch (Exception e) when (e is not (TaskQueueException or OperationCanceledException))
        {
            throw new TaskQueueException(
                ExitCode.Internal, $"FilterTasks failed with {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}",
                $"In {task.Type.FullName}; nothing was queued", "Correct it, or insert every row with --no-filter.", e);
        }
    }
}
