using System.Text;
using System.Text.Json;
using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Several rows in one message: each has its own end, however its neighbours and its worker end.</summary>
public sealed class GroupTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const int Killed = 137;

    public static TheoryData<string, string> Deaths => new()
    {
        { "fq", "AfterResult:6" },
        { "fq", "BeforeAcknowledge:1" },
        { "fq", "AfterAcknowledge:1" },
        { "amqp", "AfterResult:6" },
        { "amqp", "BeforeAcknowledge:1" },
        { "sqs", "AfterResult:6" },
        { "sqs", "BeforeAcknowledge:1" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Workers_that_are_killed_inside_groups_lose_nothing_and_run_no_done_row_again(string kind)
    {
        const int MostLines = 20, Seed = 20_261_130;
        var size = Nightly.Number("GROUP_SIZE", 20);
        var (tasks, kills, workers) = (Nightly.Number("GROUP_TASKS", 400), Nightly.Number("GROUP_KILLS", 3), Nightly.Number("GROUP_WORKERS", 2));
        const int Slots = 4;
        using var project = await CreateAsync(kind, $"WORKER_CONCURRENCY={Slots}", "TQ_MAX_ATTEMPTS=100", "TQ_LEASE_SECONDS=3");
        var rows = LedgerRow.Many(tasks, "wait", 20).ToList();
        await project.InsertGroupsAsync(rows, size);
#pragma warning disable CA5394 // The moments of death are no secrets.
        var random = new Random(Seed);
        var running = Enumerable.Range(0, workers).Select(_ => project.StartWorker()).ToList();
        for (var kill = 0; kill < kills; kill++)
        {
            var victim = random.Next(workers);
            var lines = random.Next(1, MostLines);
#pragma warning restore CA5394
            while (lines > 0 && await LedgerTests.NextLineWhileThereIsWorkAsync(project, running[victim]))
                lines--;
            await running[victim].KillAsync();
            running[victim] = project.StartWorker();
        }

        await project.WorkOffAsync();
        Assert.All(await Task.WhenAll(running.Select(worker => worker.TerminateAsync())), end => Assert.Equal(0, end.Code));

        await new LedgerJudge(project, rows.Select(row => row.Id)) { MostRepeats = kills * (Slots + 40), MostAttempts = 100 }.JudgeAsync();
        // Workers look at the journals once a second at most: of two messages of a row, the second may start until then. A worker that
        // dies between the copies of a group's rows and its acknowledgement doubles them on a broker; the file queue doubles nothing.
        AssertNoDoneRowRanAgain(project, unseen: kind == "fq" ? null : TimeSpan.FromSeconds(1) + Noise.Most);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task A_death_inside_a_group_costs_the_row_that_ran(string kind, string point)
    {
        using var project = await CreateAsync(kind, "TQ_MAX_ATTEMPTS=2");
        var rows = LedgerRow.Many(10, "wait", 20).Select((row, i) => i == 3 ? row with { Act = "throw" } : row).ToList();
        await project.InsertGroupsAsync(rows, groupSize: 5);

        Assert.Equal(Killed, await project.StartDoomedWorker(point).WaitAsync());
        await project.WorkOffAsync();

        await new LedgerJudge(project, rows.Select(row => row.Id))
        {
            Poison = ["row-00003"],
            MostRepeats = 3,
            MostAttempts = 2,
            MayParkTwice = kind != "fq",
        }.JudgeAsync();
        AssertNoDoneRowRanAgain(project);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_row_that_kills_its_worker_is_parked_and_its_neighbours_in_the_group_are_done(string kind)
    {
        const int Attempts = 2;
        using var project = await CreateAsync(kind, $"TQ_MAX_ATTEMPTS={Attempts}", "TQ_LEASE_SECONDS=1");
        var rows = LedgerRow.Many(12, "wait", 5).Select((row, i) => row with { Act = i == 7 ? "die" : i == 2 ? "throw" : row.Act }).ToList();
        await project.InsertGroupsAsync(rows, groupSize: 12);

        await project.WorkOffAsync();

        await new LedgerJudge(project, rows.Select(row => row.Id))
        {
            Poison = ["row-00002", "row-00007"],
            MostAttempts = Attempts,
            // The rows before it: it may die before their results are recorded.
            MostRepeats = 6,
            MayParkTwice = kind != "fq",
        }.JudgeAsync();
        Assert.InRange(project.Starts().Count(id => id == "row-00007"), 1, Attempts + 1);
        AssertNoDoneRowRanAgain(project);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_row_that_fails_in_a_group_is_tried_again_alone_with_the_next_number(string kind)
    {
        using var project = await CreateAsync(kind, "TQ_MAX_ATTEMPTS=3");
        await project.InsertGroupsAsync([new("first"), new("bad", "throw"), new("last")], groupSize: 3);

        Assert.Equal(1, await project.WorkOffAsync());

        Assert.Equal(
            [("first", 1), ("bad", 1), ("last", 1), ("bad", 2), ("bad", 3)],
            project.ReadLedgers().Where(line => line.Act == "start").Select(line => (line.Id, line.Attempt)));
        var failed = Assert.Single(await project.FailedAsync());
        Assert.Equal(("bad", 3, true), (failed.Id, failed.Attempt, failed.Parked));
        await project.AssertCountsAsync(new QueueCounts(0, 0, 1));
        await using (var queue = project.OpenQueue())
            await queue.RequeueAsync(_ => true, _ => Task.CompletedTask, Cancelled);
        await project.Records.Failed.DeleteAsync(LedgerProject.TaskName, null, "bad", Cancelled);
        await project.WorkOffAsync();
        Assert.Equal([1, 2, 3, 1, 2, 3], project.ReadLedgers().Where(line => line is { Act: "start", Id: "bad" }).Select(line => line.Attempt).ToList());
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_worker_that_is_told_to_stop_ends_its_row_and_queues_the_others_one_by_one(string kind)
    {
        using var project = await CreateAsync(kind, "TQ_LEASE_SECONDS=30");
        await project.InsertGroupsAsync(LedgerRow.Many(6, "wait", 700), groupSize: 6);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start row-00001 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        Assert.Equal(["row-00000", "row-00001"], (await project.DoneAsync()).Select(record => record.Id).Order());
        await project.AssertCountsAsync(new QueueCounts(4, 0, 0));
        await project.WorkOffAsync();
        Assert.Equal(LedgerRow.Many(6).Select(row => row.Id), project.Starts().Order());
        Assert.Empty(await project.FailedAsync());
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_row_that_cannot_run_is_parked_by_name_and_its_neighbours_are_done(string kind)
    {
        using var project = await CreateAsync(kind);
        await InsertAsync(project, """
            {"v":2,"id":"good","task":"ledger","rows":[{"id":"good","parameters":{"id":"good"}},{"id":null,"parameters":{}},7,
             {"id":"a\u0001b","parameters":{"id":"a\u0001b"}},{"id":"text","parameters":{"id":"text","milliseconds":"no"}},
             {"id":"good","parameters":{"id":"good"}},{"id":"also","parameters":{"id":"also"},"row":3}]}
            """);
        await InsertAsync(project, """{"v":2,"id":"none","task":"ledger","rows":[]}""");
        await InsertAsync(project, """{"v":2,"id":"object","task":"ledger","rows":{"id":"x"}}""");
        await InsertAsync(project, """{"v":3,"id":"newer","task":"ledger","rows":[{"id":"newer","parameters":{"id":"newer"}}]}""");

        Assert.Equal(1, await project.WorkOffAsync());

        Assert.Equal(["also", "good"], project.Starts().Order());
        Assert.Equal(["also", "good"], (await project.DoneAsync()).Select(record => record.Id).Order());
        await using var queue = project.OpenQueue();
        var reasons = await queue.ListParkedMessagesAsync(Cancelled).Select(message => message.Parking.Reason).ToListAsync(Cancelled);
        // Two rows without an id are one in a file: its rows differ by their ids.
        Assert.Contains(reasons, reason => reason == "The message names no id.");
        Assert.Contains(reasons, reason => reason.Contains("control character", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.Contains("$.milliseconds", StringComparison.Ordinal));
        Assert.Equal(2, reasons.Count(reason => reason == "The message is a group without rows."));
        Assert.Contains(reasons, reason => reason == "The message has version 3; this worker reads versions 1 to 2.");
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_group_that_may_be_a_repeat_skips_its_done_rows(string kind)
    {
        using var project = await CreateAsync(kind);
        await project.InsertAsync([new("b")]);
        await project.WorkOffAsync();
        await project.InsertGroupsAsync([new("a"), new("b"), new("c")], groupSize: 3, isRepeat: true);

        await project.WorkOffAsync();

        Assert.Equal(["a", "b", "c"], project.Starts().Order());
        await project.AssertCountsAsync(default);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task A_worker_that_was_asked_for_3_tasks_runs_3_rows_of_a_group(string kind)
    {
        using var project = await CreateAsync(kind);
        await project.InsertGroupsAsync(LedgerRow.Many(8), groupSize: 8);

        Assert.Equal(0, await project.StartWorker("--max-tasks", "3").WaitAsync());

        Assert.Equal(["row-00000", "row-00001", "row-00002"], project.Starts());
        await project.AssertCountsAsync(new QueueCounts(5, 0, 0));
    }

    private static async Task InsertAsync(LedgerProject project, string body)
    {
        await using var queue = project.OpenQueue();
        var bytes = Encoding.UTF8.GetBytes(body);
        await queue.InsertAsync([LedgerProject.GroupOf(bytes, TaskMessage.TryRead(bytes)!.Id)], _ => { }, Cancelled);
    }

    /// <summary>A row that ran again though it was done has a second result in the journals.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="unseen">How long after its result a row may start again; null for never, not even beside itself.</param>
    private static void AssertNoDoneRowRanAgain(LedgerProject project, TimeSpan? unseen = null)
    {
        var results = Directory.EnumerateFiles(Path.Join(project["output"], ".dltaskqueue", "done"), "*.jsonl", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Where(line => line.EndsWith('}') && line.Contains("\"result\":\"result of ", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .GroupBy(
                result => result.GetProperty("id").GetString(),
                result => (Started: result.GetProperty("started").GetDateTimeOffset(), Finished: result.GetProperty("finished").GetDateTimeOffset()))
            .ToList();
        Assert.NotEmpty(results);
        foreach (var row in results.Where(row => row.Skip(1).Any()))
        {
            var later = row.Max(result => result.Started) - row.Min(result => result.Finished);
            Assert.True(later < unseen, $"{row.Key} was started again {later.TotalSeconds:0.000} s after it was done.");
        }
    }
}
