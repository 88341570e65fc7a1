using System.Diagnostics;
using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers that are told to stop, on every kind of queue.</summary>
public sealed class LeavingTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    public static MatrixTheoryData<string, string> Deaf => new(FileOrKinds.Select(row => row.Data), ["hang", "block"]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task At_SIGTERM_short_tasks_end_and_nothing_else_begins(string kind)
    {
        const int Tasks = 200;
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=4");
        var rows = LedgerRow.Many(Tasks, "wait", 100).ToList();
        await project.InsertAsync(rows);
        var worker = project.StartWorker();
        for (var lines = 0; lines < 20; lines++)
            await worker.NextLineAsync();

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise.Most);
        var started = project.Starts().ToList();
        Assert.Equal(started.Order(), (await project.DoneAsync()).Select(record => record.Id).Order());
        await project.AssertCountsAsync(new QueueCounts(Tasks - started.Count, 0, 0));

        await project.WorkOffAsync();
        Assert.Equal(Tasks, project.Starts().Count());
        Assert.All(project.ReadLedgers(), line => Assert.Equal(1, line.Attempt));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_worker_holds_beyond_its_last_task_is_not_charged(string kind)
    {
        const int Tasks = 40;
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=2", "WORKER_PREFETCH=20");
        await project.InsertAsync(LedgerRow.Many(Tasks));

        Assert.Equal(0, await project.StartWorker("--max-tasks", "5").WaitAsync());
        await project.AssertCountsAsync(new QueueCounts(Tasks - 5, 0, 0));
        await project.WorkOffAsync();

        Assert.Equal(Tasks, (await project.DoneAsync()).Count);
        Assert.All(project.ReadLedgers(), line => Assert.Equal(1, line.Attempt));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_task_longer_than_the_grace_starts_elsewhere_at_once_and_is_not_charged(string kind)
    {
        using var project = await CreateAsync(kind, "WORKER_DRAIN_SECONDS=1", "TQ_MAX_ATTEMPTS=1", "TQ_LEASE_SECONDS=60");
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLineAsync("start long 1");

        for (var leaving = 0; leaving < 2; leaving++)
        {
            var other = project.StartWorker("--exit-when-empty");
            var (code, time) = await worker.TerminateAsync();
            await other.WaitForLineAsync("start long 1").WaitAsync(TimeSpan.FromSeconds(5) + Noise.Most, TestContext.Current.CancellationToken);

            Assert.Equal(75, code);
            Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
            Assert.All(await project.FailedAsync(), record => Assert.False(record.Parked));
            worker = other;
        }
    }

    [Theory]
    [MemberData(nameof(Deaf))]
    public async Task A_task_that_ignores_cancellation_is_left_behind_within_the_grace(string kind, string act)
    {
        using var project = await CreateAsync(kind, "WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new LedgerRow("deaf", act, 120_000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start deaf 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(75, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        await project.StartWorker().WaitForLineAsync("start deaf 1", "start deaf 2");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task With_all_defaults_a_worker_leaves_within_12_s_and_its_task_is_ready_and_not_charged(string kind)
    {
        for (var time = 0; time < Nightly.Number("SIGTERM_TIMES", 1); time++)
        {
            using var project = await CreateDefaultAsync(kind);
            await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
            var worker = project.StartWorker();
            await worker.WaitForLineAsync("start long 1");

            var (code, left) = await worker.TerminateAsync();
            Assert.All(await project.FailedAsync(), record => Assert.Equal((0, false), (record.Attempt, record.Parked)));
            var exited = Stopwatch.GetTimestamp();
            var other = project.StartWorkerWith("WORKER_DRAIN_SECONDS=0");
            await other.WaitForLineAsync("start long 1");

            Assert.Equal(0, code);
            Assert.InRange(left, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(12));
            Assert.InRange(Stopwatch.GetElapsedTime(exited), TimeSpan.Zero, TimeSpan.FromSeconds(kind == "sqs" ? 5 : 2) + Noise.Most);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hosted_service_that_fails_is_never_a_0(string kind)
    {
        using var project = await CreateAsync(kind, "FAILING_SERVICE=yes");
        await project.InsertAsync([new LedgerRow("row")]);

        Assert.Equal(70, await project.StartWorker("--exit-when-empty").WaitAsync());
    }
}
