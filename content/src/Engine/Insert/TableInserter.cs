using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
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
        var catalog = new TaskCatalog(tasks);
        var named = request.Rows.Task is { } name ? catalog.Select(name) : null;
        using var source = await TableSource.OpenAsync(
            request.Rows.Table ?? settings.ParameterFilename, settings.ProjectRoot, cancellationToken);
        var table = source.Table;
        var task = named ?? catalog.SelectFor(table, request.Rows.Given);
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        var records = new RecordStore(store) { LinesPassedOver = progress.Warned };
        var hash = await source.HashAsync(cancellationToken);
        var run = await InsertRun.FindAsync(request, task.Name, source, hash, records, cancellationToken);
        await using var queue = request.DryRun ? null : QueueKinds.Open(settings.QueuePath, settings.ProjectRoot, TaskLimits.OfQueue(tasks, settings));

        var build = catalog.Build;
        var mostBytes = queue is null ? int.MaxValue : await queue.GetMaxMessageBytesAsync(cancellationToken);
        var payloads = new PayloadWriter(records, task.Name, run.Name, mostBytes, request.ByReference);
        using var limit = queue is null
            ? null
            : new MessageLimit(payloads.MostBytesOfRow, queue.Location, run.Name, build);
        foreach (var warning in queue is null ? [] : await queue.FindWarningsAsync(cancellationToken))
            progress.Warned(warning);
        // Counted before the done rows are read, and again after: what ends in between was either open then or is read there.
        var mayRepeat = queue is not null && (request.Rows.NoFilter || request.Again || queue.CountsLag > TimeSpan.Zero || await HoldsTasksAsync(queue, cancellationToken));
        var selection = await new RowSelector(settings, records, services).SelectAsync(
            task, table, request.Rows, request.Again ? run.Started : null, limit, rows => progress.Checked(rows, table.RowCount), cancellationToken);
        progress.Selected(selection.Chosen, table.RowCount);

        var record = run.RecordOf(selection, request, hash, build, WorkerImage.Find(settings.ProjectRoot));
        var report = new InsertReport(record, queue?.Location ?? SecretMask.Hide(settings.QueuePath), selection.Chosen)
        {
            UnusedColumns = selection.Binding.UnusedColumns,
            IsTaskFound = named is null && catalog.Tasks.Count > 1,
        };
        mayRepeat |= queue is not null && selection.Chosen > 0 && await HoldsTasksAsync(queue, cancellationToken);
        var messages = selection.ReadMessages(new MessageOrigin(run.Name, build, mayRepeat, request.Again), cancellationToken);
        if (queue is null)
            return report with { Sample = [.. MessageGroups.Of(messages, request.GroupSize, mostBytes).Take(SampleRows).Select(message => Encoding.UTF8.GetString(message.Body.Span))] };

        await store.ProbeAsync(cancellationToken);
        await records.PrepareAsync(cancellationToken);
        if (selection.Chosen == 0)
            return report;
        var span = new InsertSpan(queue.Location);
        report = report with { Run = span.Begin(record) };
        // Before the first message, so that every reader of one finds its run; written again with the numbers at the end.
        await records.Runs.WriteAsync(report.Run, cancellationToken);
        messages = MessageGroups.Of(payloads.Store(messages, cancellationToken), request.GroupSize, mostBytes);
        report = await span.WhileAsync(() => QueueAsync(queue, messages, report, progress, span, services.GetService<IFailPoints>(), cancellationToken));
        if (report.Queued == 0)
            await payloads.RemoveAsync(cancellationToken);
        else
            report = payloads.AddTo(report);
        report = report with { Run = report.Run with { Ended = DateTimeOffset.UtcNow } };
        if (report.Run.Queued > 0)
            await records.Runs.WriteAsync(report.Run, cancellationToken);
        else
            await records.Runs.RemoveAsync(report.Run, cancellationToken);
        return report;
    }

    private static async Task<bool> HoldsTasksAsync(ITaskQueue queue, CancellationToken cancellationToken) =>
        await queue.CountAsync(cancellationToken) is { Ready: > 0 } or { Leased: > 0 };

    /// <summary>
    /// The check leaves a fingerprint of every id behind, and its memory of the table. In a small container that garbage
    /// would take the room of the table's own pages, which are then read from the disk again and again.
    /// </summary>
    private static async Task ForgetCheckAsync()
    {
        // The check may have called us, and then holds it still.
        await Task.Yield();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Apache.Arrow's buffers have finalizers.
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static async Task<InsertReport> QueueAsync(
        ITaskQueue queue, IEnumerable<QueuedMessage> messages, InsertReport report, InsertProgress progress, InsertSpan span,
        IFailPoints? failPoints, CancellationToken cancellationToken)
    {
        await ForgetCheckAsync();
        long queued = 0, already = 0, elsewhere = 0;
        var running = new List<string>();
        try
        {
            var source = Prefetch.Ahead(messages, message => message.Body.Length);
            await queue.InsertAsync(failPoints is null ? source : source.Select(Handed), Confirmed, cancellationToken);
        }
        catch (Exception e) when (queued > 0 && e is TaskQueueException or OperationCanceledException)
        {
            throw new TaskQueueException(
                e is TaskQueueException { ExitCode: ExitCode.InputOutput } ? ExitCode.InputOutput : ExitCode.PartDone,
                string.Create(CultureInfo.InvariantCulture, $"The insert ended early, with {queued:N0} of {report.Selected:N0} tasks queued: {e.Message.Split('\n')[0]}"),
                $"In {queue.Location}", $"Go on with the same insert and --run {report.Run.Run}: a task that is queued twice runs once.", e);
        }
        var run = report.Run with
        {
            Queued = report.Run.Queued + queued,
            AlreadyQueued = already,
            InOtherRuns = Math.Max(report.Run.InOtherRuns, elsewhere),
        };
        return report with { Run = run, Queued = queued, Running = running };

        void Confirmed(InsertedBatch batch)
        {
            queued += batch.Queued;
            span.Add(batch.Queued);
            already += batch.AlreadyQueued;
            elsewhere += batch.InOtherRuns;
            running.AddRange(batch.Running);
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
}
