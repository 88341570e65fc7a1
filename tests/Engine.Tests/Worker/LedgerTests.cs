using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers and inserters that die at chosen moments, on every kind of queue: one judge for all.</summary>
public sealed class LedgerTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const int Killed = 137;

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
    [MemberData(nameof(FileOrKinds))]
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
    internal static async Task<bool> NextLineWhileThereIsWorkAsync(LedgerProject project, WorkerProcess worker)
    {
        var line = worker.NextLineAsync();
        while (await Task.WhenAny(line, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)) != line)
            if (await project.CountAsync() is { Ready: 0, Leased: 0 })
                return false;
        Assert.NotNull(await line);
        return true;
    }
}
