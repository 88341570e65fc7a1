using Microsoft.Extensions.Hosting;
using TaskQueue.Queues;
using TaskQueue.Telemetry;

namespace TaskQueue.Worker.Reporting;

/// <summary>Asks the queue now and then how many tasks are left, for a person at a terminal and for a collector. Nobody else pays for it.</summary>
internal sealed class QueueBacklog(ITaskQueue queue, Destination destination, WorkerCounts counts, WorkerRequest request, TimeProvider clock) : BackgroundService
{
    private readonly TimeSpan _interval = request.Draw is null ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(5);

    private volatile Answer? _last;

    /// <summary>
    /// Tasks that are ready or leased; what this worker has finished since the queue was asked is taken off. Null while it has not
    /// answered, and where it counts groups and not their rows.
    /// </summary>
    public long? Left => _last is { } last && (queue.CountsRows || !counts.HasGroups) ? Math.Max(0, last.Tasks - (counts.Succeeded - last.Succeeded)) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(_interval, clock);
        try
        {
            do
                await AskAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
    }

    private async Task AskAsync(CancellationToken stopping)
    {
        try
        {
            var succeeded = counts.Succeeded;
            var tasks = await queue.CountAsync(stopping);
            _last = new(tasks.Ready + tasks.Leased, succeeded);
            Instruments.Waiting.Record(tasks.Ready, destination.TagsOf("receive"));
        }
        catch (Exception)
        {
            // The worker itself says so when the queue is away; it is asked again.
        }
    }

    private sealed record Answer(long Tasks, long Succeeded);
}
