namespace TaskQueue.Tests.Queues;

/// <summary>The system's clock, which a test sets, or lets run ahead.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private TimeSpan _wall;
    private TimeSpan _monotonic;

    /// <summary>Sets the wall clock, as a person does, or a machine that was asleep; no time has passed for programs.</summary>
    public void Jump(TimeSpan by) => _wall += by;

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan time)
    {
        _wall += time;
        _monotonic += time;
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _wall;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(_monotonic.TotalSeconds * TimestampFrequency);
}
