using LedgerProgram;
using TaskQueue.Client;
using TaskQueue.Contracts;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Client;

/// <summary>What a client refuses, and says why, before anything is queued.</summary>
public sealed class RefusedClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("leger")]
    [InlineData("")]
    public async Task A_task_that_does_not_exist(string task)
    {
        using var project = new LedgerProject();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => OpenAsync<string>(project, task));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Equal($"The project has no task '{task}'.\nIt has: ledger, other-ledger, script", error.Message);
    }

    [Fact]
    public async Task Types_that_are_not_the_tasks()
    {
        using var project = new LedgerProject();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => OpenAsync<int>(project, "ledger"));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.StartsWith("Task ledger does not take LedgerParameters and return Int32.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Spring", ExitCode.Usage)]
    [InlineData("../spring", ExitCode.Usage)]
    [InlineData("", ExitCode.Usage)]
    public async Task A_name_of_a_run_that_is_none(string run, ExitCode code)
    {
        using var project = new LedgerProject();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => OpenAsync<string>(project, "ledger", run));

        Assert.Equal(code, error.ExitCode);
    }

    [Fact]
    public async Task A_name_that_another_run_has_or_had()
    {
        using var project = new LedgerProject();
        project.StartWorker();
        await using (var first = await OpenAsync<string>(project, "ledger", "spring"))
            await first.SubmitAsync(new("row"), Cancelled);
        await project.Records.Runs.CancelAsync("summer", DateTimeOffset.UtcNow, Cancelled);

        foreach (var run in new[] { "spring", "summer" })
        {
            var error = await Assert.ThrowsAsync<TaskQueueException>(() => OpenAsync<string>(project, "ledger", run));
            Assert.Equal(ExitCode.BadInput, error.ExitCode);
            Assert.StartsWith($"There is a run {run} already.", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task A_group_size_out_of_its_range(int size)
    {
        using var project = new LedgerProject();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => TaskClient.OpenAsync<LedgerParameters, string>(
            "ledger", typeof(LedgerTask).Assembly, new ClientOptions { Settings = ClientTests.SettingsOf(project), GroupSize = size }, Cancelled));

        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.StartsWith($"GroupSize is {size}; allowed: a whole number from 1 to 10000.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_records_no_results()
    {
        using var project = new LedgerProject("TASK_RECORDS=failed");

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => OpenAsync<string>(project, "ledger"));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
    }

    [Fact]
    public async Task A_value_that_cannot_be_written_is_refused_by_submit_and_an_item_of_map()
    {
        using var project = new LedgerProject();
        await using var client = await OpenAsync<string>(project, "ledger");
        project.StartWorker();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => client.SubmitAsync(new("a\0b"), Cancelled));
        var results = await client.MapAsync([new(null!), new("good"), null!, new("")], Cancelled).ToListAsync(Cancelled);

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.StartsWith("The id of a value holds a control character", error.Message, StringComparison.Ordinal);
        Assert.Equal("result of good", Assert.Single(results, item => item.Exception is null).GetResult());
        Assert.All(results.Where(item => item.Exception is not null), item =>
            Assert.Equal(ExitCode.BadInput, Assert.IsType<TaskQueueException>(item.Exception!.InnerException).ExitCode));
        Assert.Equal(4, results.Count);
        Assert.Equal(["good"], project.Starts());
    }

    private static Task<TaskClient<LedgerParameters, TResult>> OpenAsync<TResult>(LedgerProject project, string task, string? run = null) =>
        TaskClient.OpenAsync<LedgerParameters, TResult>(
            task, typeof(LedgerTask).Assembly, new() { Settings = ClientTests.SettingsOf(project), Run = run }, Cancelled);
}
