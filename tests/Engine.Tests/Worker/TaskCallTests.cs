using TaskQueue.Worker;

namespace TaskQueue.Tests.Worker;

/// <summary>The call of a task's own code is made once, on the thread of its slot if that is there, and nobody has to wait for it.</summary>
public sealed class TaskCallTests
{
    private static readonly AsyncLocal<string> Flows = new();

    private readonly TaskCall _call = new();
    private int _calls;

    [Fact]
    public async Task The_slot_makes_it_on_its_own_thread_with_what_flows_where_it_was_asked_for()
    {
        var asked = AskFor(() => $"{Flows.Value} on {Environment.CurrentManagedThreadId}", flowing: "here");

        var thread = Environment.CurrentManagedThreadId;
        Assert.True(_call.Make());

        Assert.Equal($"here on {thread}", await asked);
        Assert.Null(Flows.Value);
        Assert.False(_call.Leave());
    }

    [Fact]
    public async Task When_the_slot_has_gone_on_another_thread_makes_it()
    {
        Assert.True(_call.Make());

        Assert.Equal("result", await AskFor(() => "result"));

        Assert.True(_call.Make());
        Assert.Equal(1, _calls);
        Assert.False(_call.Leave());
    }

    [Fact]
    public async Task One_that_keeps_its_thread_is_left_behind_and_its_thread_told()
    {
        using var entered = new ManualResetEventSlim();
        using var leaves = new ManualResetEventSlim();
        var asked = AskFor(() =>
        {
            entered.Set();
            leaves.Wait(TestContext.Current.CancellationToken);
            return "late";
        });
        var making = Task.Run(_call.Make, TestContext.Current.CancellationToken);
        entered.Wait(TestContext.Current.CancellationToken);

        Assert.True(_call.Leave());
        leaves.Set();

        Assert.False(await making);
        Assert.Equal("late", await asked);
    }

    [Fact]
    public void One_that_is_left_before_it_was_made_is_never_made()
    {
        var asked = AskFor(() => "never");

        Assert.False(_call.Leave());

        Assert.True(_call.Make());
        Assert.Equal((0, false), (_calls, asked.IsCompleted));
    }

    [Fact]
    public async Task One_that_awaits_gives_its_thread_back_and_is_not_left_behind()
    {
        var gate = new TaskCompletionSource<object?>();
        var asked = _call.Ask(() => gate.Task);

        Assert.True(_call.Make());
        Assert.False(_call.Leave());

        gate.SetException(new InvalidDataException("bad"));
        await Assert.ThrowsAsync<InvalidDataException>(() => asked);
    }

    private Task<object?> AskFor(Func<string> code, string? flowing = null)
    {
        var before = Flows.Value;
        Flows.Value = flowing!;
        var asked = _call.Ask(async () =>
        {
            Interlocked.Increment(ref _calls);
            await Task.CompletedTask;
            return code();
        });
        Flows.Value = before!;
        return asked;
    }
}
