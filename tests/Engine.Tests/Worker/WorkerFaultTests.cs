using Microsoft.AspNetCore.Http;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Any exception of any line ends an attempt as its kind demands.</summary>
public sealed class WorkerFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("throws", "The model cannot be loaded.")]
    [InlineData("unregistered", "LedgerParameters")]
    public async Task A_task_that_cannot_be_made_ends_the_worker_before_it_leases_anything(string constructor, string named)
    {
        using var project = new LedgerProject($"LEDGER_CONSTRUCTOR={constructor}");
        await project.InsertAsync(LedgerRow.Many(3));
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(78, await worker.WaitAsync());

        var error = await worker.ErrorAsync();
        Assert.Contains("LedgerTask", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Equal((3, 0, 0), await ThreeCountsAsync(project));
    }

    [Fact]
    public async Task Check_finds_a_task_that_cannot_be_made()
    {
        using var project = new LedgerProject("LEDGER_CONSTRUCTOR=throws");

        var (code, output, _) = await BuiltProgram.ShellAsync(project[""], $"dotnet exec {WorkerProcess.Program} check");

        Assert.Equal(78, code);
        Assert.Contains("The model cannot be loaded.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_cannot_be_removed_costs_no_result()
    {
        await using var server = await TestServer.StartAsync(http => http.Response.WriteAsync("an input"));
        using var project = new LedgerProject($"DOWNLOAD={server.Url}/input.txt", $"INPUT_ROOTS={server.Url}/", "TQ_MAX_ATTEMPTS=1");
        Need.That(Need.Runs("chattr", "+i", project["away"]), "a file system on which chattr +i works, and root's rights");
        Need.Runs("chattr", "-i", project["away"]);
        await project.InsertAsync([new LedgerRow("row", "freeze")]);
        var worker = project.StartWorkerWith($"TMPDIR={project["away"]}", "--exit-when-empty");
        try
        {
            Assert.Equal(0, await worker.WaitAsync());

            Assert.Equal("row", Assert.Single(await project.DoneAsync()).Id);
            Assert.Empty(await project.FailedAsync());
            Assert.Contains("cannot be removed", await worker.ErrorAsync(), StringComparison.Ordinal);
        }
        finally
        {
            Need.Runs("chattr", "-R", "-i", project["away"]);
        }
    }

    [Fact]
    public async Task Parameters_that_their_record_refuses_are_a_failed_row_with_a_reason()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("bad", "", -1)]);

        await project.WorkOffAsync();

        Assert.Contains("parameters do not fit", Assert.Single(await project.FailedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_kept_while_the_store_refuses_and_no_task_runs_twice()
    {
        using var project = new LedgerProject("WORKER_CONCURRENCY=2", "TQ_LEASE_SECONDS=2", "TQ_MAX_ATTEMPTS=1");
        var rows = LedgerRow.Many(6).ToList();
        await project.InsertAsync(rows);
        var obstacle = Obstruct(project, "done");
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLogAsync("The records cannot be used", lines: 3);

        File.Delete(obstacle);

        Assert.Equal(0, await worker.WaitAsync());
        Assert.Equal(rows.Select(row => row.Id), project.Starts().Order());
        Assert.Equal(rows.Count, (await project.DoneAsync()).Count);
        Assert.Empty(await project.FailedAsync());
    }

    [Fact]
    public async Task A_listing_that_failed_once_does_not_spoil_the_worker()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync(LedgerRow.Many(4));
        var obstacle = Obstruct(project, "failed");
        Obstruct(project, "done");
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLogAsync("The records cannot be used");

        File.Delete(obstacle);
        File.Delete(obstacle.Replace("failed", "done", StringComparison.Ordinal));

        Assert.Equal(0, await worker.WaitAsync());
        Assert.Equal(4, (await project.DoneAsync()).Count);
        Assert.Equal(4, project.Starts().Count());
    }

    [Fact]
    public async Task A_worker_that_is_stopped_while_the_store_refuses_leaves_in_time_and_charges_nothing()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new LedgerRow("row")]);
        Obstruct(project, "done");
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLogAsync("The records cannot be used");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(75, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        Assert.Equal((1, 0, 0), await ThreeCountsAsync(project));
        await project.StartWorker().WaitForLineAsync("start row 1");
    }

    [Fact]
    public async Task A_task_that_answers_its_cancellation_with_its_own_exception_is_not_charged()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=1", "TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("row", "answer")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start row 1");

        var (code, _) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.Equal((1, 0, 0), await ThreeCountsAsync(project));
        Assert.Empty(await project.FailedAsync());
        await project.StartWorker().WaitForLineAsync("start row 1");
    }

    [Fact]
    public async Task A_time_limit_that_a_task_answers_with_its_own_exception_is_a_time_limit()
    {
        using var project = new LedgerProject("TASK_TIMEOUT_SECONDS=1", "TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("row", "answer")]);

        await project.WorkOffAsync();

        var failed = Assert.Single(await project.FailedAsync());
        Assert.Contains("TASK_TIMEOUT_SECONDS", failed.Message, StringComparison.Ordinal);
        Assert.Contains("StatusCode", failed.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_exits_the_program_makes_no_success_of_it()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("quitter", "exit"), new LedgerRow("other")]);
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(75, await worker.WaitAsync());

        var error = await worker.ErrorAsync();
        Assert.Contains("Environment.Exit", error, StringComparison.Ordinal);
        Assert.Contains("quitter", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_tasks_failed_says_where_to_look()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("bad", "throw")]);
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(0, await worker.WaitAsync());

        Assert.Contains("dotnet run failed", await worker.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_of_a_row_whose_workers_died_says_so_and_keeps_what_it_printed()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=2", "TQ_LEASE_SECONDS=1");
        await project.InsertAsync([new LedgerRow("killer", "die", 1500)]);

        await project.WorkOffAsync();

        var failed = Assert.Single(await project.FailedAsync());
        Assert.Equal((2, true, null), (failed.Attempt, failed.Parked, failed.Exception));
        Assert.Contains("worker died", failed.Message, StringComparison.Ordinal);
        using var log = new StreamReader(await project.Records.OpenLogAsync("ledger", failed.Run, "killer", Cancelled));
        Assert.Equal("start killer 2\n", await log.ReadToEndAsync(Cancelled));
    }

    [Fact]
    public async Task A_closed_terminal_drains_a_worker_unless_it_was_started_to_outlive_it()
    {
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=10", "WORKER_CONCURRENCY=1");
        await project.InsertAsync(LedgerRow.Many(2, "wait", 2000));
        // These tests themselves may run under nohup.
        var worker = project.StartThrough(["env", "--default-signal=HUP"], []);
        var survivor = project.StartThrough(["nohup"], []);
        await Task.WhenAll(worker.NextLineAsync(), survivor.NextLineAsync());

        survivor.Signal("HUP");
        worker.Signal("HUP");

        Assert.Equal(0, await worker.WaitAsync());
        await survivor.WaitForLineAsync("done row-00000 1", "done row-00001 1");
        await project.InsertAsync([new LedgerRow("later")]);
        await survivor.WaitForLineAsync("start later 1");
        Assert.Equal(2, (await project.DoneAsync()).Count(record => record.Id != "later"));
    }

    /// <summary>Makes the folder of some records unusable: a file is in its place.</summary>
    private static string Obstruct(LedgerProject project, string kind)
    {
        var path = project[$"output/.dltaskqueue/{kind}/ledger"];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "in the way");
        return path;
    }

    private static async Task<(long Ready, long Leased, long Parked)> ThreeCountsAsync(LedgerProject project)
    {
        var counts = await project.CountAsync();
        return (counts.Ready, counts.Leased, counts.Parked);
    }
}
