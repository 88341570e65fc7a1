using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>A clock that a test moves, and which tells it when somebody waits.</summary>
internal sealed class TimerClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();
    private readonly Channel<bool> _looks = Channel.CreateUnbounded<bool>();

    public int Waits { get; private set; }

    /// <summary>How long the next one waits, once he does.</summary>
    public async Task<TimeSpan> NextWaitAsync()
    {
        var wait = _waits.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        await wait.Soon();
        return await wait;
    }

    /// <summary>Ends when somebody has looked at the clock so many times more.</summary>
    public async Task LooksAsync(int count)
    {
        for (; count > 0; count--)
            await _looks.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    public override long GetTimestamp()
    {
        var now = base.GetTimestamp();
        _looks.Writer.TryWrite(true);
        return now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Waits++;
        _waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
