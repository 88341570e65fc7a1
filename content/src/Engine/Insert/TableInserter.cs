using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Insert;

/// <summary>Streams a parameter table to the queue: table, rows, filter, queue.</summary>
/// <remarks>The table is read twice: once to check every row and choose those to queue, once to queue them.</remarks>
public static class TableInserter
{
    private const int SampleRows = 3;

    /// <param name="settings">Checked settings.</param>
    /// <param name="request">Which table, which rows.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="services">What the constructors of the tasks ask for.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Stops between two batches; what was confirmed stays queued.</param>
    /// <exception cref="TaskQueueException">
    /// Nothing was queued, unless the message says how much and the exit code is <see cref="ExitCode.PartDone"/>, or
    /// <see cref="ExitCode.InputOutput"/> where the disk refused: then the same insert may be repeated.
    /// </exception>
    public static async Task<InsertReport> InsertAsync(
        TaskQueueSettings settings, InsertRequest request, Assembly tasks, IServiceProvider services,
        InsertProgress progress, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var catalog = new TaskCatalog(tasks);
        var task = catalog.Select(request.Rows.Task);
        using var source = await TableSource.OpenAsync(
            request.Rows.Table ?? settings.ParameterFilename, settings.ProjectRoot, cancellationToken);
        var table = source.Table;
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        var records = new RecordStore(store) { LinesPassedOver = progress.Warned };
        await using var queue = request.DryRun ? null : QueueKinds.Open(settings.QueuePath, settings.ProjectRoot, settings);

        var (run, build) = (NewRun(), catalog.Build);
        using var limit = queue is null
            ? null
            : new MessageLimit(await queue.GetMaxMessageBytesAsync(cancellationToken), queue.Location, run, build);
        foreach (var warning in queue is null ? [] : await queue.FindWarningsAsync(cancellationToken))
            progress.Warned(warning);
        var isRepeat = await FindRepeatsAsync(queue, records, task, request.Rows, cancellationToken);
        var selection = await new RowSelector(settings, records, services).SelectAsync(
            task, table, request.Rows, limit, rows => progress.Checked(rows, table.RowCount), cancellationToken);
        progress.Selected(selection.Chosen, table.RowCount);

        var record = RecordOf(selection, run, request.Command, build, started);
        var report = new InsertReport(record, queue?.Location ?? SecretMask.Hide(settings.QueuePath), selection.Chosen)
        {
            UnusedColumns = selection.Binding.UnusedColumns,
        };
        // Counted before the done rows were read, and again now: what another insert has queued since can be done twice.
        if (queue is not null && selection.Chosen > 0 && await HoldsTasksAsync(queue, cancellationToken))
            isRepeat = _ => true;
        var messages = selection.ReadMessages(run, build, isRepeat, cancellationToken);
        if (queue is null)
            return report with { Sample = [.. messages.Take(SampleRows).Select(message => Encoding.UTF8.GetString(message.Body.Span))] };

        // Before the first message, so that whoever meets one can find its run; written again with the numbers at the end.
        await store.ProbeAsync(cancellationToken);
        await records.PrepareAsync(cancellationToken);
        if (selection.Chosen > 0)
            await records.WriteRunAsync(record, cancellationToken);
        report = await QueueAsync(queue, messages, report, progress, services.GetService<IFailPoints>(), cancellationToken);
        var hash = await source.HashAsync(cancellationToken);
        report = report with { Run = report.Run with { TableHash = hash, Ended = DateTimeOffset.UtcNow } };
        await records.WriteRunAsync(report.Run, cancellationToken);
        return report;
    }

    /// <summary>Says which rows may be queued or done when their messages are read: all, while tasks of the queue are open or the done ones are not left out.</summary>
    /// <remarks>
    /// Asked before the done rows are read: a task that ends in between is either counted here or read there.
    /// </remarks>
    private static async Task<Func<ReadOnlySpan<byte>, bool>> FindRepeatsAsync(
        ITaskQueue? queue, RecordStore records, TaskDefinition task, RowChoice rows, CancellationToken cancellationToken)
    {
        if (queue is null)
            return _ => false;
        if (rows.NoFilter || queue.CountsLag > TimeSpan.Zero || await HoldsTasksAsync(queue, cancellationToken))
            return _ => true;
        var failed = await records.ListFailedAsync(task.Name, cancellationToken);
        return failed.Count == 0 ? _ => false : failed.Contains;
    }

    private static async Task<bool> HoldsTasksAsync(ITaskQueue queue, CancellationToken cancellationToken) =>
        await queue.CountAsync(cancellationToken) is { Ready: > 0 } or { Leased: > 0 };

    private static async Task<InsertReport> QueueAsync(
        ITaskQueue queue, IEnumerable<QueuedMessage> messages, InsertReport report, InsertProgress progress, IFailPoints? failPoints,
        CancellationToken cancellationToken)
    {
        if (report.Selected == 0)
            return report;

        // The check leaves a fingerprint of every id behind. In a small container that garbage would take the room of
        // the table's own pages, which are then read from the disk again and again.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        long queued = 0, already = 0;
        try
        {
            var source = Prefetch.Ahead(messages);
            await queue.InsertAsync(failPoints is null ? source : source.Select(Handed), Confirmed, cancellationToken);
        }
        catch (Exception e) when (queued > 0 && e is TaskQueueException or OperationCanceledException)
        {
            throw new TaskQueueException(
                e is TaskQueueException { ExitCode: ExitCode.InputOutput } ? ExitCode.InputOutput : ExitCode.PartDone,
                string.Create(CultureInfo.InvariantCulture, $"The insert ended early, with {queued:N0} of {report.Selected:N0} tasks queued: {e.Message.Split('\n')[0]}"),
                $"In {queue.Location}", "Run the same insert again: a task that is queued twice runs once.", e);
        }
        return report with { Run = report.Run with { Queued = queued, AlreadyQueued = already } };

        void Confirmed(InsertedBatch batch)
        {
            queued += batch.Queued;
            already += batch.AlreadyQueued;
            if (batch.Waits is { } reason)
                progress.Warned(reason);
            progress.Inserted(queued + already, report.Selected);
        }

        QueuedMessage Handed(QueuedMessage message)
        {
            failPoints.Pass(FailPoint.MidBatch);
            return message;
        }
    }

    /// <summary>The record of the insert, as far as it is known before anything is queued.</summary>
    private static RunRecord RecordOf(Selection selection, string run, string command, string build, DateTimeOffset started) => new()
    {
        Run = run,
        Task = selection.Binding.Task.Name,
        Table = selection.Binding.Table.Location,
        TableHash = "",
        Rows = selection.Binding.Table.RowCount,
        Finished = selection.Finished,
        Queued = 0,
        AlreadyQueued = 0,
        Command = command,
        Build = build,
        Started = started,
        Ended = started,
    };

    /// <summary>Sorts by time, and two inserts in one second differ.</summary>
    private static string NewRun() => string.Create(
        CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}");
}
