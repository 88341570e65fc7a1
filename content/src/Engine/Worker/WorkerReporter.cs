using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>Writes the worker's counts to its record and its log, every 10 s and at the end.</summary>
internal sealed class WorkerReporter(
    RecordStore records, WorkerCounts counts, WorkerIdentity worker, ILogger<WorkerReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly Rate _rate = new(TimeSpan.FromMinutes(1));
    private long _logged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval);
        await WriteAsync(stopped: null, stoppingToken);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stopped: null, stoppingToken);
                LogProgress();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last record is written when the pump has left: see StopAsync.
        }
    }

    /// <summary>Hosted services stop in the reverse order of their start: this one last, when all counts are final.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(DateTimeOffset.UtcNow, cancellationToken);
        logger.LogInformation(
            "Left after {Done:N0} done, {Skipped:N0} done before, {Failed:N0} failed attempts", counts.Done, counts.Skipped, counts.Failed);
    }

    private async Task WriteAsync(DateTimeOffset? stopped, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        _rate.Sample(counts.Finished, now);
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
                    Updated = now,
                    Stopped = stopped,
                    Concurrency = worker.Concurrency,
                    Running = counts.Running,
                    Done = counts.Done,
                    Failed = counts.Failed,
                    Skipped = counts.Skipped,
                    PerSecond = _rate.PerSecond,
                },
                cancellationToken);
        }
        catch (TaskQueueException e)
        {
            logger.LogWarning("The worker's record cannot be written: {Error}", e.Message.ReplaceLineEndings(" "));
        }
    }

    private void LogProgress()
    {
        if (counts.Finished == _logged)
            return;

        _logged = counts.Finished;
        logger.LogInformation(
            "{Done:N0} done, {Failed:N0} failed attempts, {Running} running, {PerSecond:0.0}/s",
            counts.Done, counts.Failed, counts.Running, _rate.PerSecond);
    }
}
