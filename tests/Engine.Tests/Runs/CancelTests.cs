using TaskQueue.Reports.Runs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Runs;

/// <summary>Runs that a person ends, and deletes.</summary>
public sealed class CancelTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Within_a_heartbeat_running_tasks_stop_and_nothing_of_the_run_starts_any_more(string kind)
    {
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=2", "TQ_MAX_ATTEMPTS=1");
        List<LedgerRow> rows = [new("long", "wait", 600_000), .. LedgerRow.Many(500, "wait", 100)];
        await project.InsertRunAsync("wrong", rows);
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLineAsync("start long 1");

        await project.RunVerbAsync("cancel", "wrong");
        var cancelled = DateTimeOffset.UtcNow;
        await worker.WaitForLineAsync("cancelled long 1").WaitAsync(Heartbeat + Noise.Most, TestContext.Current.CancellationToken);

        Assert.Equal(0, await worker.WaitAsync());
        Assert.All(project.ReadLedgers().Where(line => line.Act == "start"), line => Assert.InRange(
            line.Time, 0, (cancelled + Heartbeat + Noise.Most).ToUnixTimeMilliseconds()));
        await project.AssertCountsAsync(default);
        Assert.Empty(await project.FailedAsync());
        Assert.Equal(project.ReadLedgers().Count(line => line.Act == "done"), (await project.DoneAsync()).Count);
        Assert.Equal(RunState.Cancelled, (await project.CountRunAsync("wrong")).State);
        var (code, error) = await project.InsertRunAsync("wrong", rows);
        Assert.Equal(65, code);
        Assert.Contains("The run wrong was cancelled.", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task Nothing_of_a_deleted_run_comes_back_from_messages_that_are_late(string kind)
    {
        using var project = await CreateAsync(kind);
        await project.InsertRunAsync("gone", LedgerRow.Many(30));
        await project.StartWorker("--max-tasks", "3").WaitAsync();

        await project.RunVerbAsync("delete-run", "gone", "--yes");
        // As a broker would that delivers what it had before.
        await project.InsertAsync(LedgerRow.Many(5), run: "gone");
        await project.WorkOffAsync();

        Assert.Equal(3, project.Starts().Count());
        Assert.Empty(await project.DoneAsync());
        Assert.Empty(await project.FailedAsync());
        Assert.Empty(await project.Records.Runs.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["gone"], (await project.Records.Runs.ReadEndsAsync(TestContext.Current.CancellationToken)).Keys);
        Assert.Equal(65, (await project.InsertRunAsync("gone", LedgerRow.Many(1))).Code);
    }

    [Fact]
    public async Task A_run_is_deleted_when_its_workers_have_let_go_of_it()
    {
        using var project = await CreateAsync("fq", "WORKER_CONCURRENCY=4");
        await project.InsertRunAsync("gone", [new("long", "wait", 600_000), .. LedgerRow.Many(2000, "wait", 50)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");

        await project.RunVerbAsync("delete-run", "gone", "--yes");

        Assert.Empty(await project.DoneAsync());
        Assert.Equal(0, (await worker.TerminateAsync()).Code);
        Assert.Empty(await project.DoneAsync());
        Assert.Empty(await project.FailedAsync());
        await project.AssertCountsAsync(default);
    }
}
