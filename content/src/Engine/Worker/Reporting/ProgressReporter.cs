using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TaskQueue.Worker.Reporting;

/// <summary>Tells how far the worker is: on a terminal in one line that moves, else in a line of the log every 10 s.</summary>
internal sealed class ProgressReporter(
    WorkerCounts counts, WorkerRequest request, TimeProvider clock, ILogger<ProgressReporter> logger, QueueBacklog? backlog = null)
    : BackgroundService
{
    private static readonly TimeSpan DrawInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly MovingRate _rate = new(clock);
    private long _finished;
    private long _ticks;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (request.IsOneOfSeveral)
            return;
        using var timer = new PeriodicTimer(request.Draw is null ? LogInterval : DrawInterval, clock);
        _rate.Sample(counts.Succeeded);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Tell(_rate.Sample(counts.Succeeded));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A line of the log says how it ended.
            request.Draw?.Invoke("");
        }
    }

    private void Tell(double rate)
    {
        _ticks++;
        if (request.Draw is { } draw && (draw(LineOf(rate)) || _ticks % (LogInterval / DrawInterval) != 0))
            return;
        // An idle worker is silent.
        if (counts.Finished == _finished && counts.Running == 0)
            return;
        _finished = counts.Finished;
        logger.LogInformation(
            "{Done:N0} done, {Failed:N0} failed attempts, {Running} running, {PerSecond:0.0}/s", counts.Done, counts.Failed, counts.Running, rate);
    }

    private string LineOf(double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"{counts.Done:N0} done, {counts.Failed:N0} failed, {counts.Running:N0} running, {rate:#,0.0}/s{(backlog?.Left is { } left ? $", {left:N0} left" : "")}");
}
