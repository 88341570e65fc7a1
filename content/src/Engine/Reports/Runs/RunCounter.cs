using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Settings;

namespace TaskQueue.Reports.Runs;

/// <summary>Counts the rows of runs, as of one moment: done ones by their journals, the others as the queue and the workers tell.</summary>
internal sealed class RunCounter
{
    private readonly TaskQueueSettings _settings;
    private readonly RecordStore _records;
    private readonly IReadOnlyDictionary<string, QueueCounts>? _queued;
    private readonly IReadOnlyDictionary<string, RunEnd> _ends;
    private readonly TimeProvider _clock;

    private RunCounter(
        TaskQueueSettings settings, RecordStore records, IReadOnlyDictionary<string, QueueCounts>? queued,
        IReadOnlyDictionary<string, RunEnd> ends, List<WorkerRecord> workers, QueueCounts counts, TimeProvider clock) =>
        (_settings, _records, _queued, _ends, Workers, Counts, _clock) = (settings, records, queued, ends, workers, counts, clock);

    /// <summary>The records of all workers.</summary>
    public List<WorkerRecord> Workers { get; }

    /// <summary>The queue's counts over all runs.</summary>
    public QueueCounts Counts { get; }

    /// <summary>Whether the queue tells the messages of one run from those of another.</summary>
    public bool QueueKnowsRuns => _queued is not null;

    /// <summary>Reads what is the same for all runs.</summary>
    public static async Task<RunCounter> OpenAsync(
        TaskQueueSettings settings, RecordStore records, ITaskQueue queue, TimeProvider clock, CancellationToken cancellationToken)
    {
        var workers = await records.ReadWorkersAsync(cancellationToken).ToListAsync(cancellationToken);
        // A task that ends between these counts and the journals is counted as done.
        var queued = await queue.CountByRunAsync(cancellationToken);
        var counts = await queue.CountAsync(cancellationToken);
        return new(settings, records, queued, await records.Runs.ReadEndsAsync(cancellationToken), workers, counts, clock);
    }

    /// <param name="run">Which run.</param>
    /// <param name="parked">Its rows that failed for good, as the caller knows them by their records; null to read these.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RunCounts> CountAsync(RunRecord run, long? parked, CancellationToken cancellationToken)
    {
        var done = await CountDoneAsync(run.Task, run.Run, cancellationToken);
        // Two workers have done a row that was delivered twice: only the ids can tell.
        if (done > run.Total && _settings.RecordsSuccesses)
            done = await _records.CountDoneIdsAsync(run.Task, run.Run, cancellationToken);
        var failed = _queued is null
            ? parked ?? await _records.Failed.CountParkedRowsAsync(run.Task, run.Run, cancellationToken)
            : _queued.GetValueOrDefault(run.Run).Parked;
        var rest = Math.Max(0, run.Total - done - failed);
        // A row that was recorded just now may be leased for a moment yet.
        var running = Math.Min(rest, _queued?.GetValueOrDefault(run.Run).Leased ?? Workers.Where(IsAlive).SelectMany(worker => worker.Runs)
            .Where(one => one.Run == run.Run).Sum(one => (long)one.Running));
        var isEnded = _ends.ContainsKey(run.Run);
        var queued = isEnded ? 0 : Math.Min(rest - running, _queued?.GetValueOrDefault(run.Run).Ready ?? rest);
        return new()
        {
            Run = run,
            State = StateOf(run, isEnded, done + failed, queued, running),
            Queued = queued,
            Running = running,
            Done = done,
            Failed = failed,
            Missing = isEnded || run.Ended is null ? 0 : rest - running - queued,
        };
    }

    /// <summary>Counts the done rows of one run; where successes are not recorded, as the workers say.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="run">Which; null for what is of no run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<long> CountDoneAsync(string task, string? run, CancellationToken cancellationToken)
    {
        if (!_settings.RecordsSuccesses)
            return run is null
                ? Workers.Sum(worker => worker.Done)
                : Workers.SelectMany(worker => worker.Runs).Where(one => one.Run == run).Sum(one => one.Done);

        var counter = await _records.CountDoneAsync(task, run, Workers, cancellationToken);
        for (var i = 0; i < Workers.Count; i++)
            if (!IsAlive(Workers[i]))
                Workers[i] = await CompleteAsync(Workers[i], counter, cancellationToken);
        return counter.Rows + counter.Before;
    }

    /// <summary>Whether a worker is at work, as far as can be told.</summary>
    public bool IsAlive(WorkerRecord worker) => worker.IsAlive(_clock.GetUtcNow());

    private static RunState StateOf(RunRecord run, bool isEnded, long ended, long queued, long running) =>
        isEnded ? RunState.Cancelled
        : run.Ended is null ? RunState.Inserting
        : queued + running == 0 ? RunState.Finished
        : ended + running == 0 ? RunState.Pending
        : RunState.Running;

    /// <summary>Writes into the record of a worker that died what it had no time to: the next reader need not read it again.</summary>
    private async Task<WorkerRecord> CompleteAsync(WorkerRecord worker, JournalCounter counter, CancellationToken cancellationToken)
    {
        if (counter.Complete(worker) is not { } completed)
            return worker;
        try
        {
            await _records.WriteWorkerAsync(completed, cancellationToken);
        }
        catch (TaskQueueException)
        {
            // The count is right all the same; a reader who may not write reads again each time.
        }
        return completed;
    }
}
