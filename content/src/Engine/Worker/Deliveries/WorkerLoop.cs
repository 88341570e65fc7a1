using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Deliveries;

/// <summary>The steps of every worker, from every kind of queue: work, be told to stop, leave, end the host.</summary>
internal abstract class WorkerLoop(
    ITaskQueue queue, TaskQueueSettings settings, JournalWriter journal, WorkerLifetime lifetime, IHostApplicationLifetime host, TimeProvider clock,
    ILogger logger)
    : BackgroundService
{
    private readonly Backoff _backoff = new();
    private bool _isAway;

    protected TaskQueueSettings Settings { get; } = settings;

    protected WorkerLifetime Lifetime { get; } = lifetime;

    protected TimeProvider Clock { get; } = clock;

    /// <summary>Tasks that the queue does not know to have ended.</summary>
    protected abstract int Held { get; }

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // From the signal on, even while the loop waits for something.
        await using var draining = stoppingToken.UnsafeRegister(_ => Lifetime.DrainWithin(Settings.Drain), null);
        try
        {
            Start();
            logger.LogInformation("Taking tasks from {Queue}, {Concurrency} at once", queue.Location, Settings.Concurrency);
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
        Lifetime.DrainWithin(Settings.Drain);
        try
        {
            await LeaveAsync().WaitAsync(Lifetime.Deadline);
            await journal.CompleteAsync().WaitAsync(Lifetime.Deadline);
        }
        catch (OperationCanceledException) when (Lifetime.Deadline.IsCancellationRequested)
        {
            // Tasks that have not ended by now end with the process; its lease runs out. To have left nothing is no failure.
            Lifetime.AbandonedTask |= Held > 0;
        }
        catch (Exception e)
        {
            Lifetime.Fail(e);
        }
        host.StopApplication();
    }

    protected virtual void Start()
    {
    }

    /// <summary>Ends when the worker has no more to do.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    protected abstract Task WorkAsync(CancellationToken stopping);

    /// <summary>Gives back what was not started, and ends when what runs has ended.</summary>
    protected abstract Task LeaveAsync();

    /// <summary>Takes the worker down when a part of it dies.</summary>
    protected Task Supervise(Task part)
    {
        _ = part.ContinueWith(
            ended =>
            {
                Lifetime.Fail(ended.Exception!.GetBaseException());
                host.StopApplication();
            },
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return part;
    }

    /// <summary>Asks the queue; when it is away for a while, says so, and pauses for longer each time.</summary>
    /// <returns>Its answer; null when it gave none.</returns>
    /// <exception cref="TaskQueueException">It will never answer.</exception>
    protected async Task<T?> TryAsync<T>(Func<Task<T>> ask, CancellationToken stopping) where T : class
    {
        try
        {
            var answer = await ask();
            if (_isAway)
                logger.LogInformation("The queue answers again");
            _isAway = false;
            _backoff.Reset();
            return answer;
        }
        catch (TaskQueueException e) when (e.IsTransient)
        {
            _isAway = true;
            var pause = _backoff.Next();
            logger.LogWarning("The queue does not answer, next try in {Seconds:0} s: {Error}", pause.TotalSeconds, TaskQueueException.Summarize(e));
            await Task.Delay(pause, Clock, stopping);
            return null;
        }
    }
}
