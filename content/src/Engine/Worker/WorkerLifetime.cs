using System.Runtime.ExceptionServices;
using TaskQueue.Contracts;

namespace TaskQueue.Worker;

/// <summary>How far a worker is on its way out, and with which exit code it leaves.</summary>
public sealed class WorkerLifetime(TimeProvider clock) : IDisposable
{
    /// <summary>What running tasks have after the drain to end in, and their last records to be written.</summary>
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(1.5);

    /// <summary>What the process has after the drain: exit follows within 2 s of it.</summary>
    public static readonly TimeSpan ToExit = TimeSpan.FromSeconds(1.9);

    private readonly CancellationTokenSource _drained = new(Timeout.InfiniteTimeSpan, clock);
    private readonly CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, clock);
    private volatile Exception? _failure;
    private bool _leaves;
    private long _end;

    /// <summary>Fires when the grace for running tasks is over: they are cancelled and given back.</summary>
    public CancellationToken Drained => _drained.Token;

    /// <summary>Fires when the worker waits no longer for anything.</summary>
    public CancellationToken Deadline => _deadline.Token;

    /// <summary>Whether the queue was seen empty, with nothing leased, for several polls.</summary>
    public bool SawEmpty { get; set; }

    /// <summary>Whether the worker has run as many tasks as it was asked to.</summary>
    public bool ReachedMaxTasks { get; set; }

    /// <summary>Whether a task ignored its cancellation and was left behind.</summary>
    public bool AbandonedTask { get; set; }

    /// <summary>Whether the worker is on its way out: it starts no row.</summary>
    public bool IsLeaving => Volatile.Read(ref _leaves);

    /// <summary>Whether the worker cannot go on: it takes nothing more.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Until the process is to have ended; more than anybody needs while it goes on.</summary>
    public TimeSpan TimeLeft => Volatile.Read(ref _end) is not 0 and var end ? clock.GetElapsedTime(clock.GetTimestamp(), end) : TimeSpan.MaxValue;

    /// <summary>Starts the grace for running tasks; a second call changes nothing.</summary>
    public void DrainWithin(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _leaves, true))
            return;

        Volatile.Write(ref _end, clock.GetTimestamp() + (long)((grace + ToExit).TotalSeconds * clock.TimestampFrequency));
        _drained.CancelAfter(grace);
        _deadline.CancelAfter(grace + ToEnd);
    }

    /// <summary>The worker cannot go on.</summary>
    public void Fail(Exception exception) => _failure ??= exception;

    /// <exception cref="Exception">What made the worker fail.</exception>
    public ExitCode ExitCode(WorkerRequest request)
    {
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);

        var finished = !request.ExitWhenEmpty || SawEmpty || ReachedMaxTasks;
        return finished && !AbandonedTask ? Contracts.ExitCode.Done : Contracts.ExitCode.PartDone;
    }

    public void Dispose()
    {
        _drained.Dispose();
        _deadline.Dispose();
    }
}
