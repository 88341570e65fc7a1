using System.Collections;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Tables;

namespace TaskQueue.Insert;

/// <summary>Streams a parameter table to the queue: table, rows, filter, queue.</summary>
/// <remarks>The table is read twice: once to check every row and choose those to queue, once to queue them.</remarks>
public sealed class TableInserter(
    TaskQueueSettings settings, TaskCatalog tasks, ITaskQueue queue, RecordStore records, IServiceProvider services, ILogger logger)
{
    const int SampleRows = 3;

    /// <exception cref="TaskQueueException">
    /// Nothing was queued, unless the exit code is <see cref="ExitCode.PartDone"/>: then the same insert may be repeated.
    /// </exception>
    public async Task<InsertReport> InsertAsync(
        InsertRequest request, IInsertProgress progress, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var task = tasks.Select(request.Task);
        var path = TablePath.Resolve(request.Table ?? settings.ParameterFilename, settings.ProjectRoot);
        using var table = TableOpen(path);
        var hash = TablePath.HashAsync(path, cancellationToken);
        var binding = TableBinding.Create(task, table, WithCloudPath(task, table, request.Constants));

        var (selected, report) = await SelectAsync(binding, request, progress, cancellationToken);
        progress.Selected(report.Selected, report.Rows);
        var messages = new MessageSource(binding, selected, report.Run, BuildVersion.OfTasks(task));
        if (request.DryRun)
            return report with { Sample = Sample(messages, cancellationToken) };

        report = await QueueAsync(messages, report, progress, cancellationToken);
        await records.WriteRunAsync(RunRecordOf(request, report, await hash, BuildVersion.OfTasks(task), started), cancellationToken);
        return report;
    }

    /// <summary>cloudpath comes from CF_CLOUDPATH when the parameters want it and the table lacks it.</summary>
    Dictionary<string, string> WithCloudPath(TaskDefinition task, ITable table, IReadOnlyDictionary<string, string> constants)
    {
        const string CloudPath = "cloudpath";
        var all = new Dictionary<string, string>(constants);
        if (task.Parameters.Any(parameter => parameter.Column == CloudPath) && table.Columns.All(column => column.Name != CloudPath))
            all.TryAdd(CloudPath, settings.CloudPath);
        return all;
    }

    async Task<(BitArray Selected, InsertReport Report)> SelectAsync(
        TableBinding binding, InsertRequest request, IInsertProgress progress, CancellationToken cancellationToken)
    {
        var output = new OutputStore(records.Store);
        var filter = await new FilterFactory(settings, records, output, services, logger)
            .CreateAsync(binding, request.NoFilter, cancellationToken);
        var rows = binding.Table.RowCount;
        var selected = new BitArray(checked((int)rows));
        long finished = 0, chosen = 0;
        TableChecker.Check(
            binding,
            (batch, index, id) =>
            {
                var row = batch.FirstRow + index;
                if (row < request.Skip)
                    return;
                if (!filter.IsToDo(batch, index, id))
                    finished++;
                else if (request.Limit is not { } limit || chosen < limit)
                {
                    selected[(int)row] = true;
                    chosen++;
                }
            },
            checkedRows => progress.Checked(checkedRows, rows),
            cancellationToken);

        return (selected, new InsertReport
        {
            Run = NewRun(),
            Task = binding.Task.Name,
            Table = binding.Table.Location,
            Queue = queue.Location,
            Rows = rows,
            Finished = finished,
            Selected = chosen,
            UnusedColumns = binding.UnusedColumns,
        });
    }

    async Task<InsertReport> QueueAsync(
        MessageSource messages, InsertReport report, IInsertProgress progress, CancellationToken cancellationToken)
    {
        if (report.Selected == 0)
            return report;

        long queued = 0, already = 0;
        var confirmed = new Confirmed(batch =>
        {
            queued += batch.Queued;
            already += batch.AlreadyQueued;
            progress.Inserted(queued + already, report.Selected);
        });
        try
        {
            await queue.InsertAsync(Prefetch.Ahead(messages.Read(cancellationToken)), confirmed, cancellationToken);
        }
        catch (Exception e) when (queued > 0 && e is TaskQueueException or OperationCanceledException)
        {
            throw new TaskQueueException(
                ExitCode.PartDone,
                string.Create(CultureInfo.InvariantCulture, $"The insert ended early: {queued:N0} of {report.Selected:N0} tasks are queued. {e.Message.Split('\n')[0]}"),
                $"In {queue.Location}", "Run the same insert again: nothing is queued twice.", e);
        }
        return report with { Queued = queued, AlreadyQueued = already };
    }

    static List<string> Sample(MessageSource messages, CancellationToken cancellationToken) =>
        [.. messages.Read(cancellationToken).Take(SampleRows).Select(message => Encoding.UTF8.GetString(message.Body.Span))];

    static RunRecord RunRecordOf(
        InsertRequest request, InsertReport report, string hash, string build, DateTimeOffset started) => new()
    {
        Run = report.Run,
        Task = report.Task,
        Table = report.Table,
        TableHash = hash,
        Rows = report.Rows,
        Finished = report.Finished,
        Queued = report.Queued,
        AlreadyQueued = report.AlreadyQueued,
        Command = request.Command,
        Build = build,
        Started = started,
        Ended = DateTimeOffset.UtcNow,
    };

    /// <summary>Sorts by time, and two inserts in one second differ.</summary>
    static string NewRun() => string.Create(
        CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}");

    /// <summary>Reports at once, on the caller's thread: Progress would post to another.</summary>
    sealed class Confirmed(Action<InsertedBatch> report) : IProgress<InsertedBatch>
    {
        public void Report(InsertedBatch value) => report(value);
    }
}
