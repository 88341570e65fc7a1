using TaskQueue.Contracts;

namespace TaskQueue.Worker;

/// <summary>How far a worker is on its way out, and with which exit code it leaves.</summary>
public sealed class WorkerLifetime : IDisposable
{
    private readonly CancellationTokenSource _drained = new();
    private volatile Exception? _failure;

    /// <summary>Fires when the grace for running tasks is over: they are cancelled and given back.</summary>
    public CancellationToken Drained => _drained.Token;

    /// <summary>Whether the queue was seen empty, with nothing leased, for several polls.</summary>
    public bool SawEmpty { get; set; }

    /// <summary>Whether the worker has run as many tasks as it was asked to.</summary>
    public bool ReachedMaxTasks { get; set; }

    /// <summary>Whether a task ignored its cancellation and was left behind.</summary>
    public bool AbandonedTask { get; set; }

    /// <summary>Starts the grace for running tasks.</summary>
    public void DrainWithin(TimeSpan grace) => _drained.CancelAfter(grace);

    /// <summary>The worker cannot go on.</summary>
    public void Fail(Exception exception) => _failure ??= exception;

    /// <exception cref="Exception">What made the worker fail.</exception>
    public ExitCode ExitCode(WorkerRequest request)
    {
        if (_failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);

        var finished = !request.ExitWhenEmpty || SawEmpty || ReachedMaxTasks;
        return finished && !AbandonedTask ? Contracts.ExitCode.Done : Contracts.ExitCode.PartDone;
    }

    public void Dispose() => _drained.Dispose();
}
