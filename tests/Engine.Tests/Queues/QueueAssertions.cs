using System.Runtime.CompilerServices;
using TaskQueue.Queues;
using TaskQueue.Queues.RabbitMq;

namespace TaskQueue.Tests.Queues;

/// <summary>What a queue counts: at once, but for RabbitMQ, which has a message back a moment after it was told.</summary>
internal static class QueueAssertions
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task AssertCountsAsync(this ITaskQueue queue, QueueCounts expected) =>
        queue.AssertCountsAsync(counts => counts == expected, $"{expected}");

    public static async Task AssertCountsAsync(this ITaskQueue queue, Predicate<QueueCounts> isExpected, [CallerArgumentExpression(nameof(isExpected))] string expected = "")
    {
        var counts = await queue.CountAsync(TestContext.Current.CancellationToken);
        for (var waited = TimeSpan.Zero; queue is RabbitQueue && !isExpected(counts) && waited < Patience; waited += Poll)
        {
            await Task.Delay(Poll, TestContext.Current.CancellationToken);
            counts = await queue.CountAsync(TestContext.Current.CancellationToken);
        }
        Assert.True(isExpected(counts), $"The queue still counts {counts} in place of {expected}.");
    }
}
