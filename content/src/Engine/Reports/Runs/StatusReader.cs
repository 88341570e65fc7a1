using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Settings;

namespace TaskQueue.Reports.Runs;

/// <summary>
/// Takes the numbers of <see cref="Status"/> from the queue, the journals and the records of workers and runs.
/// </summary>
/// <param name="settings">Checked settings.</param>
/// <param name="tasks">Names of the project's tasks: what is done of no run is counted for each.</param>
/// <param name="queue">Is asked for its counts.</param>
/// <param name="records">Of the runs and workers.</param>
/// <param name="clock">Tells how old records are.</param>
internal sealed class StatusReader(
    TaskQueueSettings settings, IReadOnlyList<string> tasks, ITaskQueue queue, RecordStore records, TimeProvider clock)
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <param name="run">Which run; null where there is none: then all messages are counted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="parked">The run's rows that failed for good, as the caller knows them by their records; null to read these.</param>
    public async Task<Status> ReadAsync(RunRecord? run, CancellationToken cancellationToken, long? parked = null)
    {
        var counter = await RunCounter.OpenAsync(settings, records, queue, clock, cancellationToken);
        var counts = run is null ? null : await counter.CountAsync(run, parked, cancellationToken);
        var delayed = await queue.CountDelayedAsync(cancellationToken);
        WorkerStatus[] present =
            [.. counter.Workers.Where(IsPresent).Select(Describe).OrderBy(worker => worker.Name, StringComparer.Ordinal)];
        var rate = present.Where(worker => !worker.IsSilent).Sum(worker => worker.TasksPerSecond);
        var missing = counts is null ? 0 : await CountMissingAsync(counter, counts, cancellationToken);
        // A message that the queue does not hold is not queued: on a broker the rest of the run was taken for it.
        var (queued, running) = counts is null
            ? (counter.Counts.Ready, counter.Counts.Leased)
            : (Math.Max(0, counts.Queued - (counter.QueueKnowsRuns ? 0 : missing)), counts.Running);
        return new()
        {
            Run = run?.Run,
            State = counts?.State,
            Task = run?.Task,
            Table = run?.Table,
            Queue = queue.Location,
            Store = records.Store.Location,
            Queued = queued,
            Delayed = delayed.Count,
            SecondsToNextAttempt = delayed.Count > 0 ? delayed.First.TotalSeconds : null,
            Running = running,
            Done = counts?.Done ?? await CountDoneAsync(counter, cancellationToken),
            Failed = counts?.Failed ?? counter.Counts.Parked,
            Rows = run?.Total,
            DoneBefore = run?.Finished ?? 0,
            Missing = missing,
            TasksPerSecond = rate,
            SecondsLeft = queued + running == 0 ? 0 : rate > 0 ? (queued + running) / rate : null,
            Workers = present,
        };
    }

    /// <summary>Reads the record of a run again, which its insert may have written meanwhile.</summary>
    public async Task<RunRecord> RefreshAsync(RunRecord run, CancellationToken cancellationToken) =>
        await records.Runs.FindAsync(run.Run, cancellationToken) ?? run;

    private bool IsPresent(WorkerRecord worker) =>
        worker.Stopped is null && clock.GetUtcNow() - worker.Updated < Forgotten;

    private WorkerStatus Describe(WorkerRecord worker) => new(
        worker.Worker, worker.Running, worker.RunningRows, worker.Done, worker.Failed, worker.PerSecond,
        Math.Max(0, (clock.GetUtcNow() - worker.Updated).TotalSeconds), !worker.IsAlive(clock.GetUtcNow()));

    /// <summary>Without a run, what was run from messages of others.</summary>
    private async Task<long> CountDoneAsync(RunCounter counter, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var task in settings.RecordsSuccesses ? tasks : tasks.Take(1))
            done += await counter.CountDoneAsync(task, null, cancellationToken);
        return done;
    }

    /// <summary>Where the queue cannot tell runs apart, what all of them should have there is held against what it has.</summary>
    private async Task<long> CountMissingAsync(RunCounter counter, RunCounts counts, CancellationToken cancellationToken)
    {
        if (counter.QueueKnowsRuns || counts.Queued == 0 || counter.Counts.Ready * counts.Run.GroupSize >= counts.Queued)
            return counts.Missing;

        // A broker counts groups. They may be smaller than they could be: then rows are missing that are not counted here.
        var most = counts.Run.GroupSize;
        var expected = counts.Queued + counts.Running;
        await foreach (var run in records.Runs.ReadAsync(cancellationToken))
        {
            most = Math.Max(most, run.GroupSize);
            if (run.Run != counts.Run.Run)
                expected += await counter.CountAsync(run, parked: null, cancellationToken) is { State: not RunState.Inserting } other ? other.Queued + other.Running : 0;
        }
        return Math.Max(0, expected - ((counter.Counts.Ready + counter.Counts.Leased) * most));
    }
}
