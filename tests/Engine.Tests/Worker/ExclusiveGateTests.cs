using TaskQueue.Worker.Attempts;

namespace TaskQueue.Tests.Worker;

public sealed class ExclusiveGateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tasks_run_beside_each_other()
    {
        using var gate = new ExclusiveGate();

        using var first = await gate.EnterAsync(Cancelled);
        using var second = await gate.EnterAsync(Cancelled);
    }

    [Fact]
    public async Task A_suspect_waits_until_all_others_have_left()
    {
        using var gate = new ExclusiveGate();
        var first = await gate.EnterAsync(Cancelled);
        var second = await gate.EnterAsync(Cancelled);

        var alone = gate.EnterAloneAsync(Cancelled);
        first.Dispose();
        first.Dispose();
        Assert.False(alone.IsCompleted);
        second.Dispose();

        (await alone).Dispose();
    }

    [Fact]
    public async Task Nobody_enters_beside_a_suspect_or_before_one_that_waits()
    {
        using var gate = new ExclusiveGate();
        var other = await gate.EnterAsync(Cancelled);
        var waiting = gate.EnterAloneAsync(Cancelled);

        var late = gate.EnterAsync(Cancelled);
        Assert.False(late.IsCompleted);
        other.Dispose();
        var alone = await waiting;
        Assert.False(late.IsCompleted);
        alone.Dispose();

        (await late).Dispose();
    }

    [Fact]
    public async Task A_suspect_that_gives_up_waiting_lets_the_others_in()
    {
        using var gate = new ExclusiveGate();
        using var other = await gate.EnterAsync(Cancelled);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var waiting = gate.EnterAloneAsync(impatient.Token);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        (await gate.EnterAsync(Cancelled)).Dispose();
    }
}
