namespace TaskQueue.Worker;

/// <summary>Spaces the starts of tasks evenly: TASKS_PER_MINUTE of one worker.</summary>
/// <param name="perMinute">Starts in a minute; 0 for no limit.</param>
/// <param name="clock">Measures it.</param>
internal sealed class Pace(int perMinute, TimeProvider clock)
{
    /// <summary>A start that comes later than it may is made up for by later ones; an idle worker saves no starts up.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromMilliseconds(250);

    private readonly Lock _turn = new();
    private readonly double _interval = perMinute == 0 ? 0 : clock.TimestampFrequency * 60.0 / perMinute;
    private double _next;

    public bool IsLimited => _interval > 0;

    /// <summary>How many tasks may start now.</summary>
    public int Due
    {
        get
        {
            lock (_turn)
                return IsLimited ? Math.Max(0, 1 + (int)Math.Floor((Now() - _next) / _interval)) : int.MaxValue;
        }
    }

    /// <summary>Until the next task may start.</summary>
    public TimeSpan Wait
    {
        get
        {
            lock (_turn)
                return IsLimited ? TimeSpan.FromSeconds(Math.Max(0, _next - Now()) / clock.TimestampFrequency) : TimeSpan.Zero;
        }
    }

    /// <summary>So many tasks start.</summary>
    public void Take(int tasks)
    {
        lock (_turn)
            _next += tasks * _interval;
    }

    /// <summary>Waits until one task may start, after those that asked before.</summary>
    public Task TakeAsync(CancellationToken cancellationToken)
    {
        if (!IsLimited)
            return Task.CompletedTask;
        lock (_turn)
        {
            var wait = Wait;
            _next += _interval;
            return wait > TimeSpan.Zero ? Task.Delay(wait, clock, cancellationToken) : Task.CompletedTask;
        }
    }

    private double Now()
    {
        double now = clock.GetTimestamp();
        if (now - _next > MostLate.TotalSeconds * clock.TimestampFrequency + _interval)
            _next = now;
        return now;
    }
}
