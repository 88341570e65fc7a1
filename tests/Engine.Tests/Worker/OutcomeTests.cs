using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Worker;

/// <summary>What becomes of tasks that succeed, fail, hang, or were done already.</summary>
public sealed class OutcomeTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_done_record_holds_parameters_result_and_times()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("a")]);

        await project.WorkOffAsync();

        var record = Assert.Single(await project.DoneAsync());
        Assert.Equal(("a", "ledger", 1), (record.Id, record.Task, record.Attempt));
        Assert.Equal("result of a", record.Result.GetString());
        Assert.Equal("a", record.Parameters.GetProperty("id").GetString());
        Assert.True(record.Started <= record.Finished);
        Assert.InRange(record.PeakMemoryBytes, 1 << 20, 1 << 30);
    }

    [Fact]
    public async Task What_a_task_prints_is_kept_as_its_log()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("a")]);

        await project.WorkOffAsync();

        Assert.Equal("start a 1\ndone a 1\n", Assert.Single(await project.DoneAsync()).Log);
    }

    [Fact]
    public async Task Tasks_that_print_and_log_at_once_do_not_block_each_other_for_ever()
    {
        using var project = new LedgerProject("WORKER_CONCURRENCY=8");
        var rows = LedgerRow.Many(64, "shout").ToList();
        await project.InsertAsync(rows);

        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(0, await worker.WaitAsync().WaitAsync(TimeSpan.FromMinutes(2), Cancelled));
        Assert.Equal(rows.Count, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task A_task_that_throws_is_parked_after_its_last_attempt()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=2");
        await project.InsertAsync([new LedgerRow("bad", "throw"), new LedgerRow("good")]);

        await project.WorkOffAsync();

        Assert.Equal("good", Assert.Single(await project.DoneAsync()).Id);
        var failed = Assert.Single(await project.FailedAsync());
        Assert.Equal(("bad", 2, true), (failed.Id, failed.Attempt, failed.Parked));
        Assert.Equal(("System.IO.InvalidDataException", "Row bad was told to fail."), (failed.Exception, failed.Message));
        Assert.Contains("LedgerTask", failed.Details, StringComparison.Ordinal);
        Assert.Equal(1, (await project.CountAsync()).Parked);
    }

    [Fact]
    public async Task A_rejected_row_is_parked_at_once()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("bad", "reject")]);

        await project.WorkOffAsync();

        Assert.Equal(["bad"], project.Starts());
        Assert.True(Assert.Single(await project.FailedAsync()).Parked);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("block")]
    public async Task A_task_that_hangs_loses_its_slot_at_the_time_limit(string act)
    {
        using var project = new LedgerProject("TASK_TIMEOUT_SECONDS=1", "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=1");
        await project.InsertAsync([new LedgerRow("deaf", act, 60_000), new LedgerRow("after")]);

        var code = await project.StartWorker("--exit-when-empty").WaitAsync();

        Assert.Equal(75, code);
        Assert.Equal("after", Assert.Single(await project.DoneAsync()).Id);
        Assert.Contains("TASK_TIMEOUT_SECONDS", Assert.Single(await project.FailedAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_fails_when_it_is_cancelled_harms_nobody_else()
    {
        using var project = new LedgerProject("TASK_TIMEOUT_SECONDS=10", "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=2");
        await project.InsertAsync([new LedgerRow("bad", "object"), .. LedgerRow.Many(4, "wait", 3000)]);

        Assert.Equal(0, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal(4, (await project.DoneAsync()).Count);
        Assert.Contains("TASK_TIMEOUT_SECONDS", Assert.Single(await project.FailedAsync()).Message, StringComparison.Ordinal);
        Assert.Contains("Row bad objects.", await project.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_ends_long_after_its_time_limit_does_not_bring_its_slot_back()
    {
        // Short and many: some wait in the worker when the late one ends.
        const int Others = 500;
        using var project = new LedgerProject("TASK_TIMEOUT_SECONDS=1", "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=1");
        await project.InsertAsync([new LedgerRow("deaf", "block", 4000), .. LedgerRow.Many(Others, "wait", 10)]);

        Assert.Equal(75, await project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal(Others, (await project.DoneAsync()).Count);
        var acts = project.ReadLedgers().Where(line => line.Id != "deaf").Select(line => $"{line.Act} {line.Id}");
        Assert.Equal(LedgerRow.Many(Others).SelectMany(row => (string[])[$"start {row.Id}", $"done {row.Id}"]), acts);
        Assert.Contains(project.ReadLedgers(), line => line is { Id: "deaf", Act: "done" });
    }

    [Fact]
    public async Task A_row_whose_record_appears_after_the_insert_is_not_run()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("a")]);
        await project.WorkOffAsync();
        await project.InsertAsync([new LedgerRow("a"), new LedgerRow("b")], isRepeat: true);

        await project.WorkOffAsync();

        Assert.Equal(["a", "b"], project.Starts().Order());
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_success_removes_the_failed_record()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("a", "throw")]);
        await project.WorkOffAsync();
        await using (var queue = project.OpenQueue())
            await queue.PurgeAsync(Cancelled);
        Assert.Equal(0, await project.RunInserterAsync([new LedgerRow("a")], failAt: null));

        await project.WorkOffAsync();

        Assert.Empty(await project.FailedAsync());
        Assert.Single(await project.DoneAsync());
    }

    [Fact]
    public async Task A_store_that_refuses_costs_no_attempt()
    {
        using var project = new LedgerProject("TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync([new LedgerRow("early")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done early 1");
        project.RefuseRecords();
        await project.InsertAsync([new LedgerRow("a")]);
        await worker.WaitForLogAsync("The records cannot be used");

        project.AllowRecords();
        await project.WorkOffAsync();

        Assert.Equal(["a", "early"], (await project.DoneAsync()).Select(record => record.Id).Order());
        Assert.All(await project.DoneAsync(), record => Assert.Equal(1, record.Attempt));
        Assert.Empty(await project.FailedAsync());
    }

    [Fact]
    public async Task Max_tasks_leaves_the_rest_in_the_queue()
    {
        using var project = new LedgerProject("WORKER_CONCURRENCY=4");
        await project.InsertAsync(LedgerRow.Many(10));

        Assert.Equal(0, await project.StartWorker("--max-tasks", "3").WaitAsync());

        Assert.Equal(3, (await project.DoneAsync()).Count);
        Assert.Equal(7, (await project.CountAsync()).Ready);
    }
}
