namespace TaskQueue.Worker.Deliveries;

/// <summary>Spaces the starts of tasks evenly: TASKS_PER_MINUTE of one worker.</summary>
/// <param name="perMinute">Starts in a minute; 0 for no limit.</param>
/// <param name="clock">Measures it.</param>
internal sealed class Pace(int perMinute, TimeProvider clock)
{
    /// <summary>A start that comes late is made up for by later ones; an idle worker saves up no more than this.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(250);

    private readonly Lock _turn = new();
    private readonly double _interval = clock.TimestampFrequency * 60.0 / Math.Max(perMinute, 1);
    private double _next;

    public bool IsLimited => perMinute > 0;

    /// <summary>Waits until tasks may start, after those that asked before.</summary>
    /// <returns>How many may: 1, or a few more when the last ones came late; at most <paramref name="most"/>.</returns>
    public async Task<int> TakeAsync(int most, CancellationToken cancellationToken)
    {
        if (!IsLimited)
            return most;
        TimeSpan wait;
        int starts;
        lock (_turn)
        {
            double now = clock.GetTimestamp();
            _next = Math.Max(_next, now - (MostLate.TotalSeconds * clock.TimestampFrequency));
            starts = (int)Math.Clamp(1 + ((now - _next) / _interval), 1, most);
            wait = TimeSpan.FromSeconds(Math.Max(0, _next - now) / clock.TimestampFrequency);
            _next += starts * _interval;
        }
        await Task.Delay(wait, clock, cancellationToken);
        return starts;
    }

    /// <summary>So many did not start after all.</summary>
    public void Return(int starts)
    {
        lock (_turn)
            _next -= IsLimited ? starts * _interval : 0;
    }
}
