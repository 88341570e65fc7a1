using System.Diagnostics;
using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Tests.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers and inserters that die at chosen moments, on every kind of queue: one judge for all.</summary>
public sealed class LedgerTests(Emulators emulators, RabbitServer rabbit)
{
    private const int Killed = 137;
    private const int LeaseSeconds = 2;

    /// <summary>What a shared machine may add to the documented times.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(4);

    public static TheoryData<string> Kinds => ["fq", "amqp", "sqs"];

    public static MatrixTheoryData<string, string> Deaf => new(["fq", "amqp", "sqs"], ["hang", "block"]);

    /// <summary>All moments on one kind, and on the others those at which the queue makes a difference.</summary>
    public static TheoryData<string, string> Deaths => new()
    {
        { "fq", "AfterLease" },
        { "fq", "BeforeResult" },
        { "fq", "MidResult" },
        { "fq", "AfterResult" },
        { "fq", "BeforeAcknowledge" },
        { "fq", "AfterAcknowledge" },
        { "amqp", "AfterLease" },
        { "amqp", "BeforeResult" },
        { "amqp", "AfterResult" },
        { "sqs", "AfterLease" },
        { "sqs", "BeforeResult" },
        { "sqs", "AfterResult" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Workers_that_are_killed_at_random_lose_nothing(string kind)
    {
        // A death costs what runs, and the results that one write to the journal takes along.
        const int Slots = 4, MostInGroup = 40, MostLines = 20, Seed = 20_260_501;
        // A file holds its size in every run; the brokers in those of the night.
        var isFile = kind == "fq";
        var (tasks, kills, workers) = (
            Nightly.Number("LEDGER_TASKS", isFile ? 10_000 : 300), Nightly.Number("LEDGER_KILLS", isFile ? 20 : 3), Nightly.Number("LEDGER_WORKERS", isFile ? 8 : 2));
        using var project = await CreateAsync(kind, $"WORKER_CONCURRENCY={Slots}", "TQ_MAX_ATTEMPTS=100", "TQ_LEASE_SECONDS=5");
        // So long that there is work until the last kill.
        var rows = LedgerRow.Many(tasks, "wait", 100).ToList();
        await project.InsertAsync(rows);
#pragma warning disable CA5394 // The moments of death are no secrets.
        var random = new Random(Seed);
        var running = Enumerable.Range(0, workers).Select(_ => project.StartWorker()).ToList();
        for (var kill = 0; kill < kills; kill++)
        {
            var victim = random.Next(workers);
            var lines = random.Next(1, MostLines);
#pragma warning restore CA5394
            while (lines > 0 && await NextLineWhileThereIsWorkAsync(project, running[victim]))
                lines--;
            if (lines > 0)
                Assert.InRange(kill, kills / 2, kills);
            await running[victim].KillAsync();
            running[victim] = project.StartWorker();
        }

        await project.WorkOffAsync();
        Assert.All(await Task.WhenAll(running.Select(worker => worker.TerminateAsync())), end => Assert.Equal(0, end.Code));

        await new LedgerJudge(project, rows.Select(row => row.Id)) { MostRepeats = kills * (Slots + MostInGroup), MostAttempts = 100 }.JudgeAsync();
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_between_any_two_steps_costs_few_repeats(string kind, string point)
    {
        using var project = await CreateAsync(kind);
        // Each long enough to have a record and an acknowledgement of its own.
        var rows = LedgerRow.Many(8, "wait", 50).ToList();
        await project.InsertAsync(rows);

        const int Passes = 3;
        Assert.Equal(Killed, await project.StartDoomedWorker($"{point}:{Passes}").WaitAsync());
        await project.WorkOffAsync();

        // What has its record when the worker dies is found done, and is not run again. On RabbitMQ the next task is not
        // there before that; elsewhere it runs meanwhile.
        var mayRepeat = kind != "amqp" ? Passes : point is "AfterLease" or "AfterResult" ? 0 : 1;
        await new LedgerJudge(project, rows.Select(row => row.Id)) { MostRepeats = mayRepeat }.JudgeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_inserter_that_is_killed_again_and_again_ends_with_every_row_queued(string kind)
    {
        const int Tasks = 5000, Seed = 20_261_129;
        using var project = await CreateAsync(kind);
        var rows = LedgerRow.Many(Tasks).ToList();
#pragma warning disable CA5394 // The moments of death are no secrets.
        var random = new Random(Seed);
        var moments = Enumerable.Range(0, Nightly.Number("INSERTER_KILLS", 3)).Select(_ => random.Next(1, Tasks)).ToList();
#pragma warning restore CA5394
        foreach (var moment in moments)
            Assert.Equal(Killed, await project.RunInserterAsync(rows, $"MidBatch:{moment}"));

        Assert.Equal(0, await project.RunInserterAsync(rows, failAt: null));

        var ready = (await project.CountAsync()).Ready;
        // A broker has at most once more what an insert had read when it died.
        Assert.InRange(ready, Tasks, kind == "fq" ? Tasks : Tasks + moments.Sum());
        Assert.Equal(rows.Select(row => row.Id), (await IdsAsync(project)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_inserter_that_is_killed_between_commits_goes_on_behind_them()
    {
        const int Tasks = 120_000, Commit = 50_000;
        using var project = new LedgerProject();
        var rows = LedgerRow.Many(Tasks).ToList();

        Assert.Equal(Killed, await project.RunInserterAsync(rows, "MidBatch:75000"));
        await project.AssertCountsAsync(new QueueCounts(Commit, 0, 0));
        Assert.Equal(Killed, await project.RunInserterAsync(rows, "MidBatch:110000"));
        await project.AssertCountsAsync(new QueueCounts(2 * Commit, 0, 0));
        Assert.Equal(0, await project.RunInserterAsync(rows, failAt: null));

        await project.AssertCountsAsync(new QueueCounts(Tasks, 0, 0));
    }

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
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise);
        var started = project.Starts().ToList();
        Assert.Equal(started.Order(), (await project.DoneAsync()).Select(record => record.Id).Order());
        await project.AssertCountsAsync(new QueueCounts(Tasks - started.Count, 0, 0));
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
            await other.WaitForLineAsync("start long 1").WaitAsync(TimeSpan.FromSeconds(5) + Noise, TestContext.Current.CancellationToken);

            Assert.Equal(75, code);
            Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise);
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
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise);
        await project.StartWorker().WaitForLineAsync("start deaf 1", "start deaf 2");
    }

    /// <summary>On the queue file, which keeps their order; the slots are the same on SQS.</summary>
    [Fact]
    public async Task What_was_leased_ahead_of_a_long_task_goes_to_another_worker()
    {
        using var project = await CreateAsync("fq", "TASK_RECORDS=failed");
        await project.InsertAsync([.. LedgerRow.Many(500), new LedgerRow("long", "wait", 120_000), .. Enumerable.Range(0, 40).Select(n => new LedgerRow($"late-{n}"))]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");

        var other = project.StartWorker();
        for (var late = new HashSet<string>(); late.Count < 40;)
        {
            var line = await other.NextLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith("done late-", StringComparison.Ordinal))
                late.Add(line);
        }
    }

    /// <summary>On RabbitMQ a task comes back when the broker sees the connection end; elsewhere when the lease ends.</summary>
    [Theory]
    [InlineData("fq", LeaseSeconds + 2)]
    [InlineData("amqp", 2)]
    [InlineData("sqs", LeaseSeconds + 5)]
    public async Task After_a_death_the_next_worker_starts_the_task_when_its_lease_ends(string kind, int seconds)
    {
        using var project = await CreateAsync(kind);
        await project.InsertAsync([new LedgerRow("early"), new LedgerRow("long", "wait", 120_000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");
        await project.InsertAsync([new LedgerRow("other")]);
        var next = project.StartWorker();
        await next.WaitForLineAsync("done other 1");

        await worker.KillAsync();
        var died = Stopwatch.GetTimestamp();
        await next.WaitForLineAsync("start long 1", "start long 2");

        Assert.InRange(Stopwatch.GetElapsedTime(died), TimeSpan.Zero, TimeSpan.FromSeconds(seconds) + Noise);
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
            Assert.InRange(Stopwatch.GetElapsedTime(exited), TimeSpan.Zero, TimeSpan.FromSeconds(kind == "sqs" ? 5 : 2) + Noise);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task While_the_store_refuses_results_are_kept_and_no_task_fails_or_runs_twice(string kind)
    {
        const int Tasks = 200, Workers = 8;
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=2", "TQ_MAX_ATTEMPTS=1", "TQ_LEASE_SECONDS=5");
        // Each worker has tasks in hand, and more to come, when the store refuses.
        var rows = LedgerRow.Many(Tasks, "wait", 300).ToList();
        await project.InsertAsync(rows);
        var workers = Enumerable.Range(0, Workers).Select(_ => project.StartWorker("--exit-when-empty")).ToList();
        await Task.WhenAll(workers.Select(worker => worker.NextLineAsync()));

        project.RefuseRecords();
        await Task.WhenAll(workers.Select(worker => worker.WaitForLogAsync("The records cannot be used")));
        await Task.Delay(TimeSpan.FromSeconds(Nightly.Number("OUTAGE_SECONDS", 20)), TestContext.Current.CancellationToken);
        project.AllowRecords();

        Assert.All(await Task.WhenAll(workers.Select(worker => worker.WaitAsync())), code => Assert.Equal(0, code));
        Assert.Empty(await project.FailedAsync());
        Assert.Equal(rows.Select(row => row.Id), (await project.DoneAsync()).Select(record => record.Id).Order());
        Assert.Equal(rows.Select(row => row.Id), project.Starts().Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hosted_service_that_fails_is_never_a_0(string kind)
    {
        using var project = await CreateAsync(kind, "FAILING_SERVICE=yes");
        await project.InsertAsync([new LedgerRow("row")]);

        Assert.Equal(70, await project.StartWorker("--exit-when-empty").WaitAsync());
    }

    /// <summary>On RabbitMQ a task is taken from a sleeper when two heartbeats have failed, within 45 s.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_worker_that_sleeps_past_its_lease_changes_nothing_when_it_wakes(string kind)
    {
        using var project = await CreateAsync(kind);
        await project.InsertAsync([new LedgerRow("row", "wait", 500)]);
        var sleeper = project.StartWorker();
        await sleeper.WaitForLineAsync("start row 1");
        sleeper.Signal("STOP");

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());
        var written = Assert.Single(await project.DoneAsync()) with { Parameters = default, Result = default };
        sleeper.Signal("CONT");
        Assert.Equal(0, (await sleeper.TerminateAsync()).Code);

        Assert.Equal(written, Assert.Single(await project.DoneAsync()) with { Parameters = default, Result = default });
        await new LedgerJudge(project, ["row"]) { MostRepeats = 1, MayOverlap = true }.JudgeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_task_that_always_throws_is_parked_after_its_attempts(string kind)
    {
        const int Attempts = 2;
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=4", $"TQ_MAX_ATTEMPTS={Attempts}");
        var rows = LedgerRow.Many(20).Select(row => row.Id == "row-00007" ? row with { Act = "throw" } : row).ToList();
        await project.InsertAsync(rows);

        await project.WorkOffAsync();

        Assert.Equal(Attempts, project.Starts().Count(id => id == "row-00007"));
        Assert.Contains("was told to fail", Assert.Single(await project.FailedAsync()).Message, StringComparison.Ordinal);
        await new LedgerJudge(project, rows.Select(row => row.Id)) { Poison = ["row-00007"], MostAttempts = Attempts }.JudgeAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_task_that_kills_its_worker_is_parked_and_no_neighbour_with_it(string kind)
    {
        const int Attempts = 2, Slots = 8;
        using var project = await CreateAsync(kind, $"WORKER_CONCURRENCY={Slots}", $"TQ_MAX_ATTEMPTS={Attempts}");
        var rows = LedgerRow.Many(40, "wait", 20).Select(row => row.Id == "row-00007" ? row with { Act = "die" } : row).ToList();
        await project.InsertAsync(rows);

        var workers = await project.WorkOffAsync();

        await new LedgerJudge(project, rows.Select(row => row.Id))
        {
            Poison = ["row-00007"],
            MostAttempts = Attempts,
            MostRepeats = (workers - 1) * Slots,
        }.JudgeAsync();
        Assert.InRange(project.Starts().Count(id => id == "row-00007"), 1, Attempts + 1);
    }

    /// <summary>The ids of all messages, each once; the messages go back.</summary>
    private static async Task<HashSet<string>> IdsAsync(LedgerProject project)
    {
        await using var queue = project.OpenQueue();
        await using var outlet = await queue.OpenOutletAsync(parked: false, TestContext.Current.CancellationToken);
        var ids = new HashSet<string>();
        while (await outlet.TakeAsync(1000, TestContext.Current.CancellationToken) is { Count: > 0 } messages)
        {
            ids.UnionWith(messages.Select(message => message.Key.Id));
            await outlet.RemoveAsync(messages);
        }

        return ids;
    }

    /// <returns>False when the queue is empty, so that no line will come.</returns>
    private static async Task<bool> NextLineWhileThereIsWorkAsync(LedgerProject project, WorkerProcess worker)
    {
        var line = worker.NextLineAsync();
        while (await Task.WhenAny(line, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)) != line)
            if (await project.CountAsync() is { Ready: 0, Leased: 0 })
                return false;
        Assert.NotNull(await line);
        return true;
    }

    private Task<LedgerProject> CreateAsync(string kind, params string[] settings) => CreateDefaultAsync(
        kind, [.. settings.Any(line => line.StartsWith("TQ_LEASE", StringComparison.Ordinal)) ? [] : (string[])[$"TQ_LEASE_SECONDS={LeaseSeconds}"], .. settings]);

    private async Task<LedgerProject> CreateDefaultAsync(string kind, params string[] all)
    {
        switch (kind)
        {
            case "amqp":
                var path = await rabbit.NewQueueAsync();
                var attempts = all.FirstOrDefault(line => line.StartsWith("TQ_MAX", StringComparison.Ordinal))?.Split('=')[1] ?? "5";
                var limits = new QueueLimits { MaxAttempts = int.Parse(attempts, CultureInfo.InvariantCulture) };
                return new LedgerProject([$"TASKQUEUE_PATH={path}", .. all]) { OtherQueue = () => QueueKinds.Open(path, "/", limits) };
            case "sqs":
                var server = new SqsServer(await emulators.FauxqsAsync());
                var name = await server.CreateAsync();
                return new LedgerProject(
                    [$"TASKQUEUE_PATH=sqs://us-east-1/{name}", $"AWS_ENDPOINT_URL_SQS={await emulators.FauxqsAsync()}", "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", .. all])
                {
                    OtherQueue = () => server.Open(name),
                };
            default:
                return new LedgerProject(all);
        }
    }
}
