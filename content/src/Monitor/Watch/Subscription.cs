namespace TaskQueue.Monitor.Watch;

/// <summary>One open page. It is given what is newest, never what it missed.</summary>
/// <param name="run">What it shows; null for all runs.</param>
/// <param name="closed">Told when the page is gone.</param>
internal sealed class Subscription(string? run, Action<Subscription> closed) : IDisposable
{
    private readonly Lock _turn = new();
    private readonly SemaphoreSlim _news = new(0);
    private byte[]? _state;
    private byte[]? _map;

    public string? Run { get; } = run;

    /// <summary>Whether nothing was sent to it yet.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Whether nothing more will come.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Waits for something that is to be sent.</summary>
    /// <returns>Null when there was nothing for that long, and at the end.</returns>
    public async Task<byte[]?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        lock (_turn)
            if (Take() is { } waiting)
                return waiting;
        await _news.WaitAsync(patience, cancellationToken);
        lock (_turn)
            return Take();
    }

    public void Give(byte[] state, byte[]? map)
    {
        lock (_turn)
            (_state, _map, IsNew) = (state, map ?? _map, false);
        _news.Release();
    }

    public void End()
    {
        IsOver = true;
        _news.Release();
    }

    public void Dispose() => closed(this);

    private byte[]? Take()
    {
        var next = _state ?? _map;
        _ = _state is not null ? _state = null : _map = null;
        return next;
    }
}
