using TaskQueue.Contracts;

namespace TaskQueue.Tests.Contracts;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest_and_start_again_after_a_success()
    {
        var backoff = new Backoff();

        double[] most = [1, 2, 4, 8, 16, 30, 30, 30];
        Assert.All(most, seconds => Assert.InRange(backoff.Next().TotalSeconds, seconds / 2, seconds));
        backoff.Reset();

        Assert.InRange(backoff.Next().TotalSeconds, 0.5, 1);
    }

    [Fact]
    public void Two_that_fail_at_once_do_not_come_back_in_step()
    {
        var pauses = Enumerable.Range(0, 20).Select(_ => new Backoff().Next()).ToHashSet();

        Assert.True(pauses.Count > 1);
    }
}
