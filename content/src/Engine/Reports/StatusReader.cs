using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Reports;

/// <summary>
/// Takes the numbers of <see cref="Status"/> from the queue, the journals and the records of workers and runs.
/// </summary>
internal sealed class StatusReader(
    TaskQueueSettings settings, TaskCatalog tasks, ITaskQueue queue, RecordStore records, TimeProvider clock)
{
    /// <summary>Workers write every 10 s; three missed writes are no accident.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public async Task<Status> ReadAsync(CancellationToken cancellationToken)
    {
        var workers = await records.ReadWorkersAsync(cancellationToken).ToListAsync(cancellationToken);
        var counts = await queue.CountAsync(cancellationToken);
        WorkerStatus[] present =
            [.. workers.Where(IsPresent).Select(Describe).OrderBy(worker => worker.Name, StringComparer.Ordinal)];
        var rate = present.Where(worker => !worker.IsSilent).Sum(worker => worker.TasksPerSecond);
        var left = counts.Ready + counts.Leased;
        return new()
        {
            Queue = queue.Location,
            Store = records.Store.Location,
            Queued = counts.Ready,
            Running = counts.Leased,
            Done = settings.RecordsSuccesses
                ? await CountDoneAsync(cancellationToken)
                : workers.Sum(worker => worker.Done),
            Failed = counts.Parked,
            Rows = await CountRowsAsync(cancellationToken),
            TasksPerSecond = rate,
            SecondsLeft = left == 0 ? 0 : rate > 0 ? left / rate : null,
            Workers = present,
        };
    }

    private bool IsPresent(WorkerRecord worker) =>
        worker.Stopped is null && clock.GetUtcNow() - worker.Updated < Forgotten;

    private WorkerStatus Describe(WorkerRecord worker)
    {
        var since = clock.GetUtcNow() - worker.Updated;
        return new(
            worker.Worker, worker.Running, worker.Done, worker.Failed, worker.PerSecond,
            Math.Max(0, since.TotalSeconds), since > StaleAfter);
    }

    private async Task<long> CountDoneAsync(CancellationToken cancellationToken)
    {
        var count = 0L;
        foreach (var task in tasks.Tasks)
            count += (await records.ReadDoneIdsAsync(task.Name, cancellationToken)).Count;

        return count;
    }

    private async Task<long?> CountRowsAsync(CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, RunRecord>();
        await foreach (var run in records.ReadRunsAsync(cancellationToken))
        {
            var isLater = !last.TryGetValue(run.Task, out var known) || known.Started < run.Started;
            if (isLater && tasks.Find(run.Task) is not null)
                last[run.Task] = run;
        }

        return last.Count == 0 ? null : last.Values.Sum(run => run.Rows);
    }
}
