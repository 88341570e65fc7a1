namespace TaskQueue.Contracts;

/// <summary>Pauses between repeated failures: they double, with jitter, so that workers do not come in step.</summary>
/// <param name="first">The first pause at the most; null for 1 s. Each pause is between half and all of its most.</param>
/// <param name="longest">No pause is longer; null for 30 s.</param>
internal sealed class Backoff(TimeSpan? first = null, TimeSpan? longest = null)
{
    private readonly TimeSpan _first = first ?? TimeSpan.FromSeconds(1);
    private readonly TimeSpan _longest = longest ?? TimeSpan.FromSeconds(30);
    private int _failures;

    /// <summary>For a request that others wait for: from 200 ms to 15 s.</summary>
    public static Backoff ForRequests() => new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15));

    /// <summary>How long to wait now, after one more failure.</summary>
    public TimeSpan Next()
    {
        var most = Math.Min(_first.TotalSeconds * Math.Pow(2, _failures++), _longest.TotalSeconds);
        return TimeSpan.FromSeconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    /// <summary>Waits for the next pause.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Task WaitAsync(TimeProvider clock, CancellationToken cancellationToken) => Task.Delay(Next(), clock, cancellationToken);

    /// <summary>It went well: the next pause is a first one.</summary>
    public void Reset() => _failures = 0;
}
