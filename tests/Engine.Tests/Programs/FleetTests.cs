using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Programs;

/// <summary>The verb run: several workers, one line for all, and no process that outlives it.</summary>
public sealed class FleetTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_are_inserted_and_run_by_workers_with_names_and_the_answer_says_how_it_ended()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=1");
        using var good = Run(project, LedgerRow.Many(6, "sleep 0.2; echo $TASK_THREADS"), "--workers", "2", "--threads", "3");

        Assert.Equal(0, await good.WaitAsync());

        var output = await good.OutputAsync();
        Assert.Contains("Queued 6 of 6 rows", output, StringComparison.Ordinal);
        Assert.Matches(@"\n6 of 6 rows of run \S+ are done, 0 failed, 0 left; \d+ s\.\n$", output);
        var story = await good.ErrorAsync();
        Assert.Contains("w1 ", story, StringComparison.Ordinal);
        Assert.Contains("w2 ", story, StringComparison.Ordinal);
        Assert.DoesNotContain(" running, ", story, StringComparison.Ordinal);
        Assert.All(await DoneAsync(project), result => Assert.Equal("3", result));

        using var bad = Run(project, [.. LedgerRow.Many(6), new("bad", "exit 65")], "--workers", "2");
        Assert.Equal(75, await bad.WaitAsync());
        using var nothing = Run(project, LedgerRow.Many(6), "--workers", "2");
        Assert.Equal(0, await nothing.WaitAsync());
        Assert.DoesNotContain("w1 ", await nothing.ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_dies_is_named_and_replaced()
    {
        using var project = new LedgerProject("TQ_LEASE_SECONDS=2");
        // The worker is the parent of the supervisor, which is the parent of the program.
        using var run = Run(
            project, LedgerRow.Many(3, "[ -e killed ] || { touch killed; kill -9 $(cut -d' ' -f4 /proc/$PPID/stat); sleep 300; }; echo 1"), "--workers", "1");

        Assert.Equal(0, await run.WaitAsync());

        Assert.Contains(
            "warning: Worker w1 was ended by signal 9; another takes its place, and its rows come back when their leases are over",
            await run.ErrorAsync(), StringComparison.Ordinal);
        Assert.Equal(3, (await DoneAsync(project)).Count);
    }

    [Fact]
    public async Task Workers_that_cannot_work_are_reported_and_not_replaced()
    {
        using var project = new LedgerProject();
        using var run = Run(project, LedgerRow.Many(3, "echo 1"), ["env", "LEDGER_CONSTRUCTOR=throws"], "--workers", "2", "--no-filter");

        Assert.Equal(75, await run.WaitAsync());

        var story = await run.ErrorAsync();
        Assert.Contains("warning: Worker w1 ended with exit code 78; none takes its place", story, StringComparison.Ordinal);
        Assert.Contains("w1 error: Task LedgerTask cannot be made: The model cannot be loaded.", story, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 75)]
    [InlineData("TERM", 75)]
    [InlineData("KILL", 137)]
    public async Task However_it_is_stopped_no_process_is_left_and_no_row_is_charged(string signal, int code)
    {
        const string Mark = "FLEET_OF_TEST";
        using var project = new LedgerProject("WORKER_DRAIN_SECONDS=1", "TQ_LEASE_SECONDS=5");
        using var run = Run(
            project, LedgerRow.Many(6, "[ -e go ] && { echo 1; exit; }; setsid sleep 300 & echo at work; sleep 300"),
            ["env", "--default-signal=INT", $"{Mark}={project["output"]}"], "--workers", "2", "--threads", "2");
        await run.WaitForLogAsync("at work", 2);

        run.Signal(signal);

        Assert.Equal(code, await run.WaitAsync());
        await LivingProcesses.AssertGoneAsync($"{Mark}={project["output"]}", TimeSpan.FromSeconds(3));
        File.WriteAllText(project["go"], "");
        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());
        Assert.Equal(6, (await DoneAsync(project)).Count);
        Assert.Empty(await project.Records.Failed.ReadAsync("script", Cancelled).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task More_threads_than_CPUs_are_warned_of_once()
    {
        using var project = new LedgerProject();
        var many = Environment.ProcessorCount + 1;
        using var run = Run(project, LedgerRow.Many(1, "echo 1"), "--workers", "1", "--threads", $"{many}");
        Assert.Equal(0, await run.WaitAsync());
        var warning = $"WORKER_CONCURRENCY 1 times TASK_THREADS {many} is more than the {Environment.ProcessorCount} CPUs";
        Assert.Equal(2, (await run.ErrorAsync()).Split(warning).Length);

        var worker = project.StartWorkerWith($"TASK_THREADS={many}", "--exit-when-empty");
        Assert.Equal(0, await worker.WaitAsync());
        Assert.Equal(2, (await worker.ErrorAsync()).Split(warning).Length);
    }

    private static WorkerProcess Run(LedgerProject project, IEnumerable<LedgerRow> rows, params string[] options) => Run(project, rows, [], options);

    private static WorkerProcess Run(LedgerProject project, IEnumerable<LedgerRow> rows, string[] wrapper, params string[] options) =>
        project.StartRun(rows, wrapper, ["--task", "script", .. options]);

    private static async Task<List<string>> DoneAsync(LedgerProject project) =>
        await project.Records.ReadDoneAsync("script", cancellationToken: Cancelled).Select(record => record.Result.ToString()).ToListAsync(Cancelled);
}
