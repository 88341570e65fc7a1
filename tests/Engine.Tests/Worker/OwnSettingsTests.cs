using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Settings of one task, outcomes by cause, hopeless runs and rates, in real workers on all queues.</summary>
public sealed class OwnSettingsTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const string Program = "HooksProgram";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Attempts_are_counted_by_cause(string kind)
    {
        // More often than brokers deliver before they give a message up.
        const int GivenBack = 30;
        using var project = await CreateForAsync(Program, kind, "TQ_LEASE_SECONDS=20");
        await project.InsertAsync([
            new("rests", "busy-1", 2000), new("busy", $"busy-{GivenBack}"), new("retry", "retry", 1500), new("throw", "throw"), new("reject", "reject"), .. LedgerRow.Many(5)]);

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        var starts = project.ReadLedgers().Where(line => line.Act == "start").ToLookup(line => line.Id);
        Assert.Equal(
            [("busy", 1), ("rests", 1), ("retry", 2), .. LedgerRow.Many(5).Select(row => (row.Id, 1))],
            (await project.DoneAsync()).Select(done => (done.Id, done.Attempt)).Order());
        Assert.Equal([("reject", 1), ("throw", 3)], (await project.FailedAsync()).Select(failed => (failed.Id, failed.Attempt)).Order());
        Assert.Equal([1, .. Enumerable.Repeat(1, GivenBack)], starts["busy"].Select(line => line.Attempt));
        Assert.Equal([1, 2, 3], starts["throw"].Select(line => line.Attempt));
        Assert.True(TimeBetween(starts["rests"]) >= 2000);
        Assert.True(TimeBetween(starts["retry"]) >= 1500);
        Assert.True(TimeBetween(starts["throw"]) >= 1000);
        // The slot is free while a row rests.
        Assert.All(LedgerRow.Many(5), row => Assert.True(starts[row.Id].Single().Time < starts["rests"].Last().Time));
        await project.AssertCountsAsync(new QueueCounts(0, 0, 2));
        Assert.Contains("was given back by the task", await project.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_group_whose_rows_are_all_given_back_rests_as_its_rows_say(string kind)
    {
        using var project = await CreateForAsync(Program, kind, "TQ_LEASE_SECONDS=20");
        await project.InsertGroupsAsync([new("a", "busy-1", 1500), new("b", "busy-1", 1500)], groupSize: 2);

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        var starts = project.ReadLedgers().Where(line => line.Act == "start").ToLookup(line => line.Id);
        Assert.Equal([("a", 1), ("b", 1)], (await project.DoneAsync()).Select(done => (done.Id, done.Attempt)).Order());
        Assert.All(starts, row => Assert.True(TimeBetween(row) >= 1500, row.Key));
        await project.AssertCountsAsync(default);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_hopeless_run_ends_and_the_rest_stays_queued_and_uncharged(string kind)
    {
        const int Rows = 40;
        using var project = await CreateForAsync(Program, kind, "TQ_LEASE_SECONDS=20", "WORKER_CONCURRENCY=2");
        await project.InsertAsync(LedgerRow.Many(Rows, "reject"));
        var worker = project.StartWorker("--exit-when-empty", "--stop-after-failures", "3");

        Assert.Equal(75, await worker.WaitAsync());

        // One more may have been running.
        var parked = (await project.CountAsync()).Parked;
        Assert.InRange(parked, 3, 4);
        Assert.Contains("error: The worker stopped because 3 rows failed for good", await worker.ErrorAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(await project.FailedAsync(), failed => failed is { Parked: false, Attempt: > 0 });
        await project.AssertCountsAsync(new QueueCounts(Rows - parked, 0, parked));
    }

    [Theory]
    [InlineData("fq")]
    [InlineData("amqp")]
    public async Task A_rate_holds_and_leaves_the_other_tasks_to_other_workers(string kind)
    {
        using var project = await CreateForAsync(Program, kind, "TASKS_PER_MINUTE=600", "WORKER_CONCURRENCY=4", "TQ_LEASE_SECONDS=2");
        await project.InsertAsync(LedgerRow.Many(30));

        var paced = project.StartWorker("--exit-when-empty");
        Assert.Equal(0, await paced.WaitAsync());
        var times = project.ReadLedgers().Where(line => line.Act == "start").Select(line => line.Time).Order().ToList();
        var intervals = times.Zip(times.Skip(1), (first, second) => second - first).Order().ToList();
        // The first start is late on a cold machine, and the next ones make up for 250 ms.
        Assert.InRange(times[^1] - times[0], 2300, 3500 + Noise.Most.TotalMilliseconds);
        Assert.InRange(intervals[intervals.Count / 2], 50, 200);

        await project.InsertAsync(LedgerRow.Many(200).Select(row => row with { Id = $"more-{row.Id}" }));
        // One in a minute: what it may hold is left over however long the other worker takes.
        var slow = project.StartWorkerWith("TASKS_PER_MINUTE=1");
        await slow.WaitForLogAsync("Taking tasks");
        Assert.Equal(0, await project.StartWorkerWith("TASKS_PER_MINUTE=0", "--max-tasks", "190").WaitAsync());
        var (code, time) = await slow.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise.Most);
        Assert.Equal(project.Starts().Distinct().Count(), project.Starts().Count());
    }

    [Fact]
    public async Task A_time_limit_of_the_task_is_named_and_its_threads_and_memory_are_known()
    {
        using var project = await CreateForAsync(Program, "fq");
        await project.InsertAsync([new("slow", Milliseconds: 60_000), new("fast")], task: "quick");

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        var records = project.Records;
        var failed = Assert.Single(await records.Failed.ReadAsync("quick", Cancelled).ToListAsync(Cancelled));
        Assert.Equal("The task ran longer than TimeoutSeconds of its [TaskSettings] (1).", failed.Message);
        Assert.Equal("3 threads", Assert.Single(await records.ReadDoneAsync("quick", cancellationToken: Cancelled).ToListAsync(Cancelled)).Result.GetString());
        Assert.Contains("1 rows of quick at once need 16,777,216 MiB", await project.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_shows_the_settings_of_a_task()
    {
        using var project = await CreateForAsync(Program, "fq");

        var text = await project.StartVerb("describe").OutputAsync();

        Assert.Contains("Its own settings: 3 attempts, 1 s between them.", text, StringComparison.Ordinal);
        Assert.Contains("Its own settings: time limit 1 s, 1 attempt, 3 threads, 16777216 MiB of memory.", text, StringComparison.Ordinal);
    }

    private static long TimeBetween(IEnumerable<LedgerLine> starts)
    {
        var times = starts.Select(line => line.Time).Order().ToList();
        return times[1] - times[0];
    }
}
