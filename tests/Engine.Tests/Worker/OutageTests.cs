using System.Diagnostics;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Stores that refuse, workers that sleep, and what they hold meanwhile, on every kind of queue.</summary>
public sealed class OutageTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
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

        Assert.InRange(Stopwatch.GetElapsedTime(died), TimeSpan.Zero, TimeSpan.FromSeconds(seconds) + Noise.Most);
    }
}
