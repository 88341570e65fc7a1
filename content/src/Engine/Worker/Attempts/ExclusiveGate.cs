namespace TaskQueue.Worker.Attempts;

/// <summary>Lets tasks run beside each other, and a suspect with nobody beside it.</summary>
internal sealed class ExclusiveGate : IDisposable
{
    private readonly SemaphoreSlim _turnstile = new(1);
    private int _inside;
    private TaskCompletionSource? _emptied;

    /// <summary>Enters beside others, after all that came earlier and want to be alone.</summary>
    /// <returns>To be disposed of on the way out.</returns>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turnstile.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _inside);
        _turnstile.Release();
        return new Exit(Leave);
    }

    /// <summary>Enters when all others have left, and lets nobody in.</summary>
    /// <returns>To be disposed of on the way out.</returns>
    public async Task<IDisposable> EnterAloneAsync(CancellationToken cancellationToken)
    {
        await _turnstile.WaitAsync(cancellationToken);
        try
        {
            var emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _emptied, emptied);
            if (Volatile.Read(ref _inside) > 0)
                await emptied.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _turnstile.Release();
            throw;
        }
        return new Exit(() => _turnstile.Release());
    }

    public void Dispose() => _turnstile.Dispose();

    private void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0)
            Volatile.Read(ref _emptied)?.TrySetResult();
    }

    private sealed class Exit(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
