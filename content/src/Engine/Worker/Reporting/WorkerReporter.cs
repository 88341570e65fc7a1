using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Reporting;

/// <summary>Writes the worker's counts to its record, every 10 s and at the end.</summary>
internal sealed class WorkerReporter(
    RecordStore records, KnownRuns runs, JournalWriter journal, WorkerCounts counts, WorkerIdentity worker, TimeProvider clock, ILogger<WorkerReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = KnownRuns.Heartbeat;

    /// <summary>Running rows that the record names: it stays small.</summary>
    private const int MostRows = 16;

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private readonly MovingRate _rate = new(clock);
    private readonly UsageSamples _usage = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
        await WriteAsync(stopped: null, stoppingToken);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookForEndsAsync(stoppingToken);
                await WriteAsync(stopped: null, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last record is written when the loop has left: see StopAsync.
        }
    }

    /// <summary>Hosted services stop in the reverse order of their start: this one last, when all counts are final.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(clock.GetUtcNow(), cancellationToken);
        logger.LogInformation(
            "Left after {Done:N0} done{Skipped}{Failed}", counts.Done,
            counts.Skipped > 0 ? FormattableString.Invariant($", {counts.Skipped:N0} skipped because they were done") : "",
            counts.Failed > 0 ? FormattableString.Invariant($", {counts.Failed:N0} failed attempts (see: dotnet run failed)") : "");
    }

    /// <summary>Before the record is written: one that is written twice after a run was ended knows of it.</summary>
    private async Task LookForEndsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await runs.RefreshAsync(counts.Runs.Where(run => run.Running > 0).Select(run => run.Run).ToHashSet(), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing more of these runs is started before they can be read.
            logger.LogWarning("The records of the runs cannot be read: {Error}", TaskQueueException.Summarize(e));
        }
    }

    private async Task WriteAsync(DateTimeOffset? stopped, CancellationToken cancellationToken)
    {
        var rate = _rate.Sample(counts.Succeeded);
        _usage.Add(clock.GetUtcNow() - _started, ProcessUsage.CpuTime, Environment.WorkingSet);
        try
        {
            await records.WriteWorkerAsync(
                new WorkerRecord
                {
                    Worker = worker.Name,
                    Host = Environment.MachineName,
                    ProcessId = Environment.ProcessId,
                    Build = worker.Build,
                    Started = _started,
                    Updated = clock.GetUtcNow(),
                    Stopped = stopped,
                    Concurrency = worker.Concurrency,
                    Running = counts.Running,
                    Done = counts.Done,
                    Failed = counts.Failed,
                    Skipped = counts.Skipped,
                    PerSecond = rate,
                    Runs = counts.Runs,
                    Journals = journal.Counts,
                    RunningRows = [.. counts.RunningRows.Take(MostRows).Select(Printable.Short)],
                    Samples = _usage.All,
                },
                cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested || stopped is not null)
        {
            // It is written again in 10 s; at the end, nobody has to wait for it.
            logger.LogWarning("The worker's record cannot be written: {Error}", TaskQueueException.Summarize(e));
        }
    }
}
