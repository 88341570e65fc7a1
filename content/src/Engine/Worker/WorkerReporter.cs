using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>Writes the worker's counts to its record and its log, every 10 s and at the end.</summary>
internal sealed class WorkerReporter(
    RecordStore records, WorkerCounts counts, WorkerIdentity worker, WorkerRequest request, TimeProvider clock, ILogger<WorkerReporter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private readonly Queue<(long At, long Finished)> _samples = new();
    private double _perSecond;
    private long _logged;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, clock);
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
            // The last record is written when the loop has left: see StopAsync.
        }
    }

    /// <summary>Hosted services stop in the reverse order of their start: this one last, when all counts are final.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(clock.GetUtcNow(), cancellationToken);
        logger.LogInformation(
            "Left after {Done:N0} done, {Skipped:N0} done before, {Failed:N0} failed attempts", counts.Done, counts.Skipped, counts.Failed);
        if (counts.Failed > 0 && request.ExitWhenEmpty)
            logger.LogInformation("What failed for good, and why: dotnet run failed");
    }

    private async Task WriteAsync(DateTimeOffset? stopped, CancellationToken cancellationToken)
    {
        SampleRate();
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
                    PerSecond = _perSecond,
                },
                cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested || stopped is not null)
        {
            // It is written again in 10 s; at the end, nobody has to wait for it.
            logger.LogWarning("The worker's record cannot be written: {Error}", TaskQueueException.Summarize(e));
        }
    }

    /// <summary>Tasks per second over a window that moves with the clock.</summary>
    private void SampleRate()
    {
        var now = clock.GetTimestamp();
        _samples.Enqueue((now, counts.Finished));
        while (_samples.Count > 2 && clock.GetElapsedTime(_samples.Peek().At, now) > RateWindow)
            _samples.Dequeue();

        var (since, before) = _samples.Peek();
        var seconds = clock.GetElapsedTime(since, now).TotalSeconds;
        _perSecond = seconds > 0 ? Math.Round((counts.Finished - before) / seconds, 3) : 0;
    }

    private void LogProgress()
    {
        if (counts.Finished == _logged)
            return;

        _logged = counts.Finished;
        logger.LogInformation(
            "{Done:N0} done, {Failed:N0} failed attempts, {Running} running, {PerSecond:0.0}/s",
            counts.Done, counts.Failed, counts.Running, _perSecond);
    }
}
