using System.Diagnostics;

namespace TaskQueue.Worker.Deliveries;

/// <summary>How many tasks to lease beyond the free slots: what 200 ms of recent work would start.</summary>
/// <remarks>Nothing ahead of a first task, nor of tasks that take longer than that: another worker can have them.</remarks>
internal sealed class LeaseAhead(int slots)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(200);

    private long _finished;
    private long _sampledFinished;
    private long _sampledAt = Stopwatch.GetTimestamp();
    private double _perSecond;

    public void Finished() => Interlocked.Increment(ref _finished);

    /// <summary>Tasks to hold beyond the slots. Not for two threads at once.</summary>
    public int Tasks()
    {
        var now = Stopwatch.GetTimestamp();
        var elapsed = Stopwatch.GetElapsedTime(_sampledAt, now);
        if (elapsed >= Window / 4)
        {
            var finished = Interlocked.Read(ref _finished);
            _perSecond = (finished - _sampledFinished) / elapsed.TotalSeconds;
            _sampledFinished = finished;
            _sampledAt = now;
        }
        return Math.Max(0, (int)(_perSecond * Window.TotalSeconds) - slots);
    }
}
