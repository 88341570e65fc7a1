namespace TaskQueue.Worker;

/// <summary>Tasks per second over a window that moves with the clock.</summary>
internal sealed class Rate(TimeSpan window)
{
    private readonly Queue<(DateTimeOffset At, long Finished)> _samples = new();

    public double PerSecond { get; private set; }

    /// <param name="finished">All that was finished since the start.</param>
    /// <param name="now">When.</param>
    public void Sample(long finished, DateTimeOffset now)
    {
        _samples.Enqueue((now, finished));
        while (_samples.Count > 2 && now - _samples.Peek().At > window)
            _samples.Dequeue();

        var (since, before) = _samples.Peek();
        var seconds = (now - since).TotalSeconds;
        PerSecond = seconds > 0 ? Math.Round((finished - before) / seconds, 3) : 0;
    }
}
