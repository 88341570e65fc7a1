using Microsoft.Extensions.Time.Testing;
using TaskQueue.Queues;
using TaskQueue.Worker.Deliveries;

namespace TaskQueue.Tests.Worker;

/// <summary>A worker believes that a queue is empty when its counts have said so for long enough.</summary>
public sealed class EmptyWatchTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exact_counts_are_believed_after_their_polls()
    {
        var queue = new CountedQueue(TimeSpan.Zero);

        Assert.True(await AskAsync(Watch(queue)));
        Assert.Equal(3, queue.Asked);
    }

    [Fact]
    public async Task Counts_that_lag_are_believed_after_their_lag()
    {
        var watch = Watch(new CountedQueue(Lag));

        Assert.False(await AskAsync(watch));
        _clock.Advance(Lag - (Interval * 3));
        Assert.False(await AskAsync(watch));
        _clock.Advance(Interval);
        Assert.True(await AskAsync(watch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_was_leased_or_counted_meanwhile_starts_the_lag_again(bool isLeased)
    {
        var queue = new CountedQueue(Lag);
        var watch = Watch(queue);
        Assert.False(await AskAsync(watch));
        queue.Ready = isLeased ? 0 : 1;
        if (isLeased)
            watch.Reset();
        else
            Assert.False(await AskAsync(watch));
        queue.Ready = 0;
        _clock.Advance(Lag);

        Assert.False(await AskAsync(watch));
    }

    private EmptyWatch Watch(CountedQueue queue) => new(queue, polls: 3, Interval, _clock);

    /// <summary>Moves the clock from poll to poll.</summary>
    private async Task<bool> AskAsync(EmptyWatch watch)
    {
        var answer = watch.IsEmptyAsync(Stop);
        while (!answer.IsCompleted)
            _clock.Advance(Interval);
        return await answer;
    }

    private sealed class CountedQueue(TimeSpan lag) : StubQueue
    {
        public long Ready { get; set; }

        public int Asked { get; private set; }

        public override TimeSpan CountsLag => lag;

        public override Task<QueueCounts> CountAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(new QueueCounts(Ready, 0, 0));
        }
    }
}
