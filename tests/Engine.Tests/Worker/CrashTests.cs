using System.Diagnostics;
using TaskQueue.Queues.Files;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers that die, or sleep past their lease: nothing is lost, nothing is invented, nobody else pays.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Ten_kills_over_2000_tasks_lose_none_and_invent_none()
    {
        // A death costs what runs, and the results that one write to the journal takes along.
        const int Tasks = 2000, Kills = 10, Slots = 4, MostInGroup = 40;
        const int Seed = 20_431;
        using var project = new LedgerProject($"WORKER_CONCURRENCY={Slots}", "TQ_LEASE_SECONDS=1", "TQ_MAX_ATTEMPTS=50");
        await project.InsertAsync(LedgerRow.Many(Tasks, "wait", 2));
        var random = new Random(Seed);

        for (var kill = 0; kill < Kills; kill++)
        {
            var worker = project.StartWorker();
            for (var lines = random.Next(1, 2 * Tasks / Kills / 2); lines > 0; lines--)
                Assert.NotNull(await worker.NextLineAsync());
            await worker.KillAsync();
        }
        await project.WorkOffAsync();

        var expected = LedgerRow.Many(Tasks).Select(row => row.Id).ToList();
        Assert.Equal(expected, (await project.DoneAsync()).Select(record => record.Id).Order());
        Assert.Empty(await project.FailedAsync());
        await project.AssertCountsAsync(default);
        Assert.InRange(project.Starts().Count() - Tasks, 0, Kills * (Slots + MostInGroup));
    }

    [Fact]
    public async Task Twenty_racing_workers_run_no_task_twice()
    {
        const int Tasks = 1000;
        using var project = new LedgerProject("WORKER_CONCURRENCY=2");
        await project.InsertAsync(LedgerRow.Many(Tasks, "wait", 5));

        var workers = Enumerable.Range(0, 20).Select(_ => project.StartWorker("--exit-when-empty")).ToList();
        var codes = await Task.WhenAll(workers.Select(worker => worker.WaitAsync()));

        Assert.All(codes, code => Assert.Equal(0, code));
        Assert.Equal(Tasks, project.Starts().Count());
        Assert.Equal(Tasks, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task Two_poisonous_tasks_are_parked_after_their_attempts_and_their_neighbours_are_not()
    {
        const int MaxAttempts = 3;
        using var project = new LedgerProject("WORKER_CONCURRENCY=8", "TQ_LEASE_SECONDS=1", $"TQ_MAX_ATTEMPTS={MaxAttempts}");
        string[] poison = ["row-00003", "row-00050"];
        await project.InsertAsync(LedgerRow.Many(100, "wait", 20).Select(row => poison.Contains(row.Id) ? row with { Act = "die" } : row));

        await project.WorkOffAsync();

        Assert.Equal(98, (await project.DoneAsync()).Count);
        var failed = await project.FailedAsync();
        Assert.Equal(poison, failed.Select(record => record.Id).Order());
        Assert.All(failed, record => Assert.True(record.Parked));
        Assert.All(failed, record => Assert.Contains("worker died", record.Message, StringComparison.Ordinal));
        Assert.All(poison, id => Assert.Equal(MaxAttempts, project.Starts().Count(started => started == id)));
        Assert.Equal(2, (await project.CountAsync()).Parked);
    }

    [Fact]
    public async Task A_suspect_that_waits_until_it_is_alone_is_not_charged_when_its_worker_dies()
    {
        const int MaxAttempts = 2;
        using var project = new LedgerProject("WORKER_CONCURRENCY=2", "TQ_LEASE_SECONDS=1", $"TQ_MAX_ATTEMPTS={MaxAttempts}");
        await project.InsertAsync([new LedgerRow("killer", "die", 0)]);
        Assert.NotEqual(0, await project.StartWorker().WaitAsync());
        using var database = new Database(project["queue"], durable: false);
        var token = Token();
        // Until the next worker has another row, the suspect is not due.
        database.Write(_ => database.Prepare("UPDATE tasks SET due = due + 3600000 WHERE id = 'killer'").Run());
        await project.InsertAsync([new LedgerRow("neighbour", "wait", 600_000)]);
        var second = project.StartWorker();
        await second.WaitForLineAsync("start neighbour 1");

        database.Write(_ => database.Prepare("UPDATE tasks SET due = 1 WHERE id = 'killer'").Run());
        for (var clock = Stopwatch.StartNew(); Token() == token; await Task.Delay(20, TestContext.Current.CancellationToken))
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1) + Noise.Most, "The worker has not leased the suspect.");
        await second.KillAsync();
        database.Write(_ => database.Prepare("DELETE FROM tasks WHERE id = 'neighbour'").Run());
        await project.WorkOffAsync();

        Assert.Equal(MaxAttempts, project.Starts().Count(id => id == "killer"));
        Assert.True(Assert.Single(await project.FailedAsync()).Parked);

        long Token() => database.Read(_ => database.Prepare("SELECT token FROM tasks WHERE id = 'killer'").Scalar());
    }

    [Fact]
    public async Task A_worker_that_slept_past_its_lease_changes_nothing_when_it_wakes()
    {
        using var project = new LedgerProject("TQ_LEASE_SECONDS=1");
        await project.InsertAsync([new LedgerRow("row", "wait", 500)]);
        var sleeper = project.StartWorker();
        await sleeper.WaitForLineAsync("start row 1");
        sleeper.Signal("STOP");

        var other = project.StartWorker("--exit-when-empty");
        Assert.Equal(0, await other.WaitAsync());
        var done = Assert.Single(await project.DoneAsync());
        sleeper.Signal("CONT");
        var (code, _) = await sleeper.TerminateAsync();

        Assert.Equal(0, code);
        Assert.Equal(2, done.Attempt);
        Assert.Equal(done with { Parameters = default, Result = default },
            Assert.Single(await project.DoneAsync()) with { Parameters = default, Result = default });
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Blocking_tasks_on_one_core_do_not_cost_the_leases()
    {
        const int Tasks = 32;
        Need.That(Need.Runs("taskset", "--version"), "taskset: apt-get install util-linux");
        using var project = new LedgerProject($"WORKER_CONCURRENCY={Tasks}", "TQ_LEASE_SECONDS=3");
        await project.InsertAsync(LedgerRow.Many(Tasks, "block", 8000));

        Assert.Equal(0, await project.StartWorkerOnOneCore("--exit-when-empty").WaitAsync());

        Assert.Equal(Tasks, project.Starts().Count());
        Assert.Equal(Tasks, (await project.DoneAsync()).Count);
    }
}
