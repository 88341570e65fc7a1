using System.Diagnostics;
using TaskQueue.Queues;
using TaskQueue.Worker;

namespace TaskQueue.Tests.Worker;

/// <summary>A worker believes that a queue is empty when its counts have said so for long enough.</summary>
public sealed class EmptyWatchTests
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exact_counts_are_believed_after_their_polls()
    {
        var queue = new CountedQueue(TimeSpan.Zero);

        Assert.True(await Watch(queue).IsEmptyAsync(Stop));
        Assert.Equal(3, queue.Asked);
    }

    [Fact]
    public async Task Counts_that_lag_are_believed_after_their_lag()
    {
        var watch = Watch(new CountedQueue(Lag));
        var started = Stopwatch.GetTimestamp();
        while (!await watch.IsEmptyAsync(Stop))
            await Task.Delay(50, Stop);

        Assert.InRange(Stopwatch.GetElapsedTime(started), Lag, Lag * 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_was_leased_or_counted_meanwhile_starts_the_lag_anew(bool isLeased)
    {
        var queue = new CountedQueue(Lag);
        var watch = Watch(queue);
        Assert.False(await watch.IsEmptyAsync(Stop));
        queue.Ready = isLeased ? 0 : 1;
        if (isLeased)
            watch.Reset();
        else
            Assert.False(await watch.IsEmptyAsync(Stop));
        queue.Ready = 0;
        await Task.Delay(Lag, Stop);

        Assert.False(await watch.IsEmptyAsync(Stop));
    }

    private static EmptyWatch Watch(CountedQueue queue) => new(queue, polls: 3, TimeSpan.FromMilliseconds(10));

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
