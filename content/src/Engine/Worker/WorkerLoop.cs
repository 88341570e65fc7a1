using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Queues;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>What every worker goes through, wherever its tasks come from: work, be told to stop, leave, end the host.</summary>
internal abstract class WorkerLoop(
    ITaskQueue queue, TaskQueueSettings settings, WorkerLifetime lifetime, IHostApplicationLifetime host, ILogger logger) : BackgroundService
{
    protected TaskQueueSettings Settings { get; } = settings;

    protected WorkerLifetime Lifetime { get; } = lifetime;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        Start();
        logger.LogInformation("Taking tasks from {Queue}, {Concurrency} at once", queue.Location, Settings.Concurrency);
        try
        {
            await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LogInformation(
                "Stopping: running tasks have {Seconds} s to end, then they are cancelled and given back", Settings.Drain.TotalSeconds);
        }
        catch (Exception e)
        {
            Lifetime.Fail(e);
        }
        try
        {
            await LeaveAsync();
        }
        finally
        {
            host.StopApplication();
        }
    }

    protected virtual void Start()
    {
    }

    /// <summary>Ends when the worker has no more to do.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    protected abstract Task WorkAsync(CancellationToken stopping);

    /// <summary>Gives back what was not started, and ends when what runs has ended.</summary>
    protected abstract Task LeaveAsync();
}
