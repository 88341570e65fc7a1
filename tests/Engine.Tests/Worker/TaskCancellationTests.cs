using TaskQueue.Worker.Attempts;

namespace TaskQueue.Tests.Worker;

/// <summary>The canceller of a task never runs its code.</summary>
public sealed class TaskCancellationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly TaskCompletionSource<Exception> _failure = new();

    public void Dispose()
    {
        _lost.Dispose();
        _drained.Dispose();
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("drained")]
    [InlineData("time")]
    public async Task Every_reason_cancels_the_task_and_abandons_it_in_the_end(string reason)
    {
        using var cancellation = Start(reason == "time" ? TimeSpan.FromMilliseconds(1) : null);
        (reason switch { "lost" => _lost, "drained" => _drained, _ => null })?.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Patience, cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Patience, cancellation.Abandoned));
    }

    [Fact]
    public async Task A_task_that_blocks_when_it_is_cancelled_does_not_hold_up_who_cancels_it()
    {
        using var cancellation = Start();
        using var over = new ManualResetEventSlim();
        var threads = new TaskCompletionSource<int>();
        await using var registration = cancellation.Token.Register(() =>
        {
            threads.SetResult(Environment.CurrentManagedThreadId);
            over.Wait(Patience);
        });

        var thread = new Thread(_lost.Cancel);
        thread.Start();

        Assert.True(thread.Join(Patience));
        Assert.True(cancellation.Token.IsCancellationRequested);
        Assert.NotEqual(thread.ManagedThreadId, await threads.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
        over.Set();
    }

    [Fact]
    public async Task A_task_that_fails_when_it_is_cancelled_fails_alone()
    {
        using var cancellation = Start();
        await using var registration = cancellation.Token.Register(() => throw new InvalidDataException("bad"));

        await _drained.CancelAsync();

        Assert.True(cancellation.Token.IsCancellationRequested);
        Assert.Equal("bad", (await _failure.Task.WaitAsync(Patience, TestContext.Current.CancellationToken)).GetBaseException().Message);
    }

    [Fact]
    public void What_ended_in_time_is_not_cancelled()
    {
        var cancellation = Start(TimeSpan.FromMinutes(1));
        cancellation.Dispose();

        _lost.Cancel();
        _drained.Cancel();

        Assert.False(cancellation.Token.IsCancellationRequested);
    }

    private TaskCancellation Start(TimeSpan? limit = null) => new(_failure.SetResult, limit, _lost.Token, _drained.Token);
}
