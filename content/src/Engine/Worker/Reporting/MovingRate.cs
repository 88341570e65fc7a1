namespace TaskQueue.Worker.Reporting;

/// <summary>Tasks per second over the last minute, which moves with the clock.</summary>
internal sealed class MovingRate(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, long Count)> _samples = new();

    /// <param name="count">How many tasks have ended since the start.</param>
    /// <returns>The rate, now.</returns>
    public double Sample(long count)
    {
        var now = clock.GetTimestamp();
        _samples.Enqueue((now, count));
        while (_samples.Count > 2 && clock.GetElapsedTime(_samples.Peek().At, now) > Window)
            _samples.Dequeue();

        var (since, before) = _samples.Peek();
        var seconds = clock.GetElapsedTime(since, now).TotalSeconds;
        return seconds > 0 ? Math.Round((count - before) / seconds, 3) : 0;
    }
}
