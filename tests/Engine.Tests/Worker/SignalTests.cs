namespace TaskQueue.Tests.Worker;

/// <summary>SIGTERM: stop leasing, let tasks end, cancel, give back, leave with the right code within drain + 2 s.</summary>
public sealed class SignalTests
{
    [Fact]
    public async Task An_idle_worker_leaves_at_once_with_0()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("first")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done first 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise.Most);
    }

    [Fact]
    public async Task A_task_of_6_s_ends_within_the_grace_and_is_not_repeated()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=10");
        await project.InsertAsync([new LedgerRow("six", "wait", 6000), new LedgerRow("next")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start six 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(12) + Noise.Most);
        Assert.Equal("six", Assert.Single(await project.DoneAsync()).Id);
        Assert.Equal((1, 0), ((await project.CountAsync()).Ready, (await project.CountAsync()).Leased));
        Assert.Equal(["six"], project.Starts());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(75, "--exit-when-empty")]
    public async Task A_task_longer_than_the_grace_is_given_back_at_once_and_not_charged(int expected, params string[] options)
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        var worker = project.StartWorker(options);
        await worker.WaitForLineAsync("start long 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(expected, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        await project.StartWorker().WaitForLineAsync("start long 1");
        Assert.Empty(await project.FailedAsync());
    }

    [Fact]
    public async Task A_task_that_ignores_cancellation_is_left_behind_and_the_exit_code_says_so()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new LedgerRow("deaf", "hang")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start deaf 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(75, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        Assert.Equal(1, (await project.CountAsync()).Ready);
    }

    [Fact]
    public async Task A_second_signal_ends_the_worker_without_waiting()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=60");
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        // A shell starts what it runs in the background with this signal ignored, these tests perhaps too.
        var worker = project.StartThrough(["env", "--default-signal=INT"], []);
        await worker.WaitForLineAsync("start long 1");

        // Two of one kind could arrive as one.
        worker.Signal("INT");
        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(75, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise.Most);
        Assert.Equal(1, (await project.CountAsync()).Leased);
    }

    [Fact]
    public async Task A_hosted_service_that_fails_is_a_failure_of_the_worker()
    {
        using var project = new LedgerProject("FAILING_SERVICE=yes");
        await project.InsertAsync([]);
        var worker = project.StartWorker();

        Assert.Equal(70, await worker.WaitAsync());
        Assert.Contains("The service was told to fail.", await worker.ErrorAsync(), StringComparison.Ordinal);
    }
}
