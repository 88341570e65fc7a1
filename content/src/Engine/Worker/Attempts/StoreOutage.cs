using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace TaskQueue.Worker.Attempts;

/// <summary>Repeats what the store refuses until it does it, for all attempts of a worker: a finished result is not thrown away.</summary>
/// <remarks>The leases of the attempts that wait are renewed meanwhile, and no other task is started.</remarks>
internal sealed class StoreOutage(WorkerLifetime lifetime, TimeProvider clock, ILogger<StoreOutage> logger)
{
    private readonly Lock _turn = new();
    private readonly Backoff _backoff = new();
    private Task _pause = Task.CompletedTask;
    private TaskCompletionSource? _over;
    private int _waiting;

    /// <summary>Ends when the store can be used, as far as is known.</summary>
    public Task WhenOver
    {
        get
        {
            lock (_turn)
                return _over?.Task ?? Task.CompletedTask;
        }
    }

    /// <summary>Reads or writes records for an attempt; when that is refused, again and again.</summary>
    /// <param name="delivery">The repeats end when it is lost; null when they are to go on all the same.</param>
    /// <param name="call">May be called many times.</param>
    /// <exception cref="OperationCanceledException">The store refused until the message was lost, or the worker left.</exception>
    public async Task<T> CallAsync<T>(ITaskDelivery? delivery, Func<CancellationToken, Task<T>> call)
    {
        try
        {
            return await call(lifetime.Deadline);
        }
        catch (Exception refusal)
        {
            using var given = CancellationTokenSource.CreateLinkedTokenSource(delivery?.Lost ?? CancellationToken.None, lifetime.Drained);
            return await RetryAsync(() => call(lifetime.Deadline), refusal, given.Token);
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(ITaskDelivery? delivery, Func<CancellationToken, Task> call) => CallAsync(delivery, async stop =>
    {
        await call(stop);
        return true;
    });

    /// <param name="call">Reads or writes records; may be called many times.</param>
    /// <param name="refusal">Why it was refused.</param>
    /// <param name="giveUp">Ends the repeats.</param>
    /// <exception cref="OperationCanceledException">The store refused until <paramref name="giveUp"/> fired.</exception>
    private async Task<T> RetryAsync<T>(Func<Task<T>> call, Exception refusal, CancellationToken giveUp)
    {
        lock (_turn)
        {
            _waiting++;
            _over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        try
        {
            while (true)
            {
                await Pause(refusal).WaitAsync(giveUp);
                try
                {
                    var result = await call();
                    End();
                    return result;
                }
                catch (Exception e)
                {
                    giveUp.ThrowIfCancellationRequested();
                    refusal = e;
                }
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>All that wait try again at the same time; the first that is refused says so.</summary>
    private Task Pause(Exception refusal)
    {
        lock (_turn)
        {
            if (_pause.IsCompleted)
            {
                var pause = _backoff.Next();
                _pause = Task.Delay(pause, clock);
                logger.LogWarning(
                    "The records cannot be used; results are kept, and no task is started. Next try in {Seconds:0} s: {Error}",
                    pause.TotalSeconds, TaskQueueException.Summarize(refusal));
            }
            return _pause;
        }
    }

    private void End()
    {
        lock (_turn)
        {
            if (_over is null)
                return;

            logger.LogInformation("The records can be used again");
            _backoff.Reset();
            _over.SetResult();
            _over = null;
        }
    }

    /// <summary>When nobody is left who tries, as leases can be lost meanwhile, the next task has to.</summary>
    private void Leave()
    {
        lock (_turn)
        {
            if (--_waiting == 0 && _over is { } over)
                _ = LetNextTryAsync(over);
        }
    }

    private async Task LetNextTryAsync(TaskCompletionSource over)
    {
        await _pause;
        lock (_turn)
        {
            if (_waiting > 0 || _over != over)
                return;

            _over = null;
            over.SetResult();
        }
    }
}
