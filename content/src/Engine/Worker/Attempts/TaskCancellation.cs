namespace TaskQueue.Worker.Attempts;

/// <summary>Cancels the token of a task when its message is lost, its worker leaves, or its time is up.</summary>
/// <remarks>
/// Callbacks of the token, and continuations of its cancellation, are the user's code. It runs on a thread of
/// the pool: it may block, and fail, where a lease is renewed or a connection is read for all tasks of the worker.
/// </remarks>
internal sealed class TaskCancellation : IDisposable
{
    /// <summary>How long a cancelled task may take to end before its slot is freed without it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _timeout = new();
    private readonly CancellationTokenRegistration[] _reasons;
    private readonly Action<Exception> _failed;
    private bool _isCancelled;

    /// <param name="failed">Told of a callback that fails.</param>
    /// <param name="limit">How long the task may run; null for any time.</param>
    /// <param name="reasons">The message is another worker's, its run was ended, the worker waits no longer for its tasks.</param>
    public TaskCancellation(Action<Exception> failed, TimeSpan? limit, params ReadOnlySpan<CancellationToken> reasons)
    {
        _failed = failed;
        Token = _source.Token;
        _reasons = new CancellationTokenRegistration[reasons.Length + 1];
        for (var i = 0; i < reasons.Length; i++)
            _reasons[i] = OnCancelled(reasons[i]);
        _reasons[^1] = OnCancelled(_timeout.Token);
        if (limit is { } time)
            _timeout.CancelAfter(time);
    }

    /// <summary>What the task is given.</summary>
    public CancellationToken Token { get; }

    /// <summary>Fires when the task was cancelled and has not ended in time.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    public void Dispose()
    {
        // First, and each waits for its callback: what follows would otherwise be disposed of while it is used.
        foreach (var reason in _reasons)
            reason.Dispose();
        _timeout.Dispose();
        _abandoned.Dispose();
        _source.Dispose();
    }

    private CancellationTokenRegistration OnCancelled(CancellationToken reason) =>
        reason.UnsafeRegister(static self => ((TaskCancellation)self!).Cancel(), this);

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _isCancelled, true))
            return;

        _abandoned.CancelAfter(Grace);
        _ = CancelTaskAsync();
    }

    private async Task CancelTaskAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (AggregateException e)
        {
            _failed(e);
        }
    }
}
