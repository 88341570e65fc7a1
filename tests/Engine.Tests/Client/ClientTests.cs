using System.Diagnostics;
using LedgerProgram;
using TaskQueue.Client;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Client;

/// <summary>A client beside workers of their own processes, on every kind of queue.</summary>
public sealed class ClientTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Results_of_all_values_come_and_failures_are_among_them(string kind)
    {
        using var project = await CreateAsync(kind, "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=4");
        var worker = project.StartWorker();
        List<LedgerParameters> values = [.. LedgerRow.Many(30).Select(ValueOf), new("throws", "throw"), new("rejects", "reject"), new("last", Milliseconds: 1)];
        var client = await OpenAsync(project);

        var results = await client.MapAsync(values, Cancelled).ToDictionaryAsync(item => item.Parameters.Id, cancellationToken: Cancelled);
        await client.DisposeAsync();

        Assert.Equal(values.Select(value => value.Id).Order(), results.Keys.Order());
        var failed = results.Values.Where(item => item.Exception is not null).OrderBy(item => item.Id).ToList();
        Assert.Equal(["rejects", "throws"], failed.Select(item => item.Id));
        Assert.Equal(typeof(InvalidDataException).FullName, failed[1].Exception!.Type);
        Assert.Equal("Row throws was told to fail.", failed[1].Exception!.Message);
        Assert.Same(failed[1].Exception, Assert.Throws<TaskFailedException>(failed[1].GetResult));
        Assert.Equal("start throws 1\nfailed throws 1\n", await failed[1].ReadLogAsync(Cancelled));
        Assert.All(results.Values.Except(failed), item => Assert.Equal(($"result of {item.Id}", false), (item.GetResult(), item.WasDone)));
        Assert.Equal("start row-00007 1\ndone row-00007 1\n", await results["row-00007"].ReadLogAsync(Cancelled));
        var run = await project.Records.Runs.GetAsync(client.Run, Cancelled);
        Assert.Equal((33, 33, 33, true), (run.Rows, run.Selected, run.Queued, run.Ended is not null));
        Assert.Equal(0, (await worker.TerminateAsync()).Code);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task Values_that_insert_tasks_has_had_done_come_at_once(string kind)
    {
        using var project = await CreateAsync(kind, "WORKER_CONCURRENCY=4");
        var rows = LedgerRow.Many(20).ToList();
        Assert.Equal(0, await project.RunInserterAsync(rows, failAt: null));
        await project.WorkOffAsync();

        // No worker is left.
        await using var client = await OpenAsync(project);
        var results = await client.MapAsync(rows.Select(ValueOf), Cancelled).ToListAsync(Cancelled);
        var one = await client.SubmitAsync(ValueOf(rows[3]), Cancelled);

        Assert.Equal(rows.Select(row => $"result of {row.Id}"), results.Select(item => item.GetResult()).Order());
        Assert.All([.. results, one], item => Assert.True(item.WasDone));
        Assert.Equal(20, project.Starts().Count());
        Assert.Null(await project.Records.Runs.FindAsync(client.Run, Cancelled));
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task Nothing_of_a_cancelled_map_starts_any_more(string kind)
    {
        using var project = await CreateAsync(kind);
        var worker = project.StartWorker();
        await using (var client = await OpenAsync(project))
        {
            var taken = 0;
            await foreach (var item in client.MapAsync(LedgerRow.Many(500, "wait", 100).Select(ValueOf), Cancelled))
                if (++taken == 2)
                    break;
            Assert.NotNull(await project.Records.Runs.FindEndAsync(client.Run, Cancelled));
            await Assert.ThrowsAsync<OperationCanceledException>(() => client.SubmitAsync(new("late"), Cancelled));
        }
        await worker.TerminateAsync();
        var started = project.Starts().Count();

        await project.WorkOffAsync();

        Assert.InRange(started, 2, 300);
        Assert.Equal(started, project.Starts().Count());
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task The_token_of_a_map_cancels_its_run()
    {
        using var project = await CreateAsync("fq");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        await using var client = await OpenAsync(project);
        var results = client.MapAsync(LedgerRow.Many(5).Select(ValueOf), stop.Token).GetAsyncEnumerator(Cancelled);
        var next = results.MoveNextAsync();
        await UntilAsync(async () => (await project.CountAsync()).Ready == 5);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await project.AssertCountsAsync(default);
        Assert.NotNull(await project.Records.Runs.FindEndAsync(client.Run, Cancelled));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_by_others_ends_the_loop_with_the_reason()
    {
        using var project = await CreateAsync("fq");
        await using var client = await OpenAsync(project);
        var waiting = client.SubmitAsync(new("row"), Cancelled);
        await UntilAsync(async () => (await project.CountAsync()).Ready == 1);

        await project.Records.Runs.CancelAsync(client.Run, DateTimeOffset.UtcNow, Cancelled);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => waiting);
        Assert.Equal(ExitCode.PartDone, error.ExitCode);
    }

    [Fact]
    public async Task Values_are_read_no_faster_than_results_are_taken()
    {
        const int MostOpen = 3, All = 20;
        using var project = await CreateAsync("fq");
        await using var client = await OpenAsync(project, new() { MostOpen = MostOpen });
        var read = 0;
        var values = LedgerRow.Many(All).Select(row =>
        {
            read++;
            return ValueOf(row);
        });
        var results = client.MapAsync(values, Cancelled).GetAsyncEnumerator(Cancelled);
        var first = results.MoveNextAsync();
        await UntilAsync(async () => (await project.CountAsync()).Ready == MostOpen);
        var readAhead = Volatile.Read(ref read);
        project.StartWorker();

        var taken = 0;
        for (var isThere = await first; isThere; isThere = await results.MoveNextAsync())
            taken++;
        await results.DisposeAsync();

        Assert.InRange(readAhead, MostOpen, MostOpen + 1);
        Assert.Equal(All, taken);
    }

    [Fact]
    public async Task Values_of_one_id_are_one_task()
    {
        using var project = await CreateAsync("fq");
        await using var client = await OpenAsync(project);
        project.StartWorker();

        var results = await client.MapAsync([new("same"), new("other"), new("same")], Cancelled).ToListAsync(Cancelled);

        Assert.Equal(["other", "same", "same"], results.Select(item => item.Id).Order());
        Assert.Equal(["other", "same"], project.Starts().Order());
    }

    [Fact]
    public async Task A_value_that_runs_for_another_run_gives_that_result_and_one_that_failed_there_is_tried_again()
    {
        using var project = await CreateAsync("fq", "TQ_MAX_ATTEMPTS=1", "WORKER_CONCURRENCY=2");
        await project.InsertAsync([new("failed", "throw")]);
        await project.WorkOffAsync();
        await project.InsertAsync([new("running", "wait", 3000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start running 1");
        await using var client = await OpenAsync(project);

        var results = await client.MapAsync([new("running"), new("failed")], Cancelled).ToListAsync(Cancelled);

        Assert.Equal(["result of failed", "result of running"], results.Select(item => item.GetResult()).Order());
        Assert.Equal(["failed", "failed", "running"], project.Starts().Order());
        await UntilAsync(async () => await project.CountAsync() == default);
    }

    internal static LedgerParameters ValueOf(LedgerRow row) => new(row.Id, row.Act, row.Milliseconds);

    internal static Task<TaskClient<LedgerParameters, string>> OpenAsync(LedgerProject project, ClientOptions? options = null) =>
        TaskClient.OpenAsync<LedgerTask, LedgerParameters, string>(
            (options ?? new()) with { Settings = SettingsOf(project), OpenQueue = project.OtherQueue }, Cancelled);

    internal static TaskQueueSettings SettingsOf(LedgerProject project) =>
        SettingsLoader.Load(project[""], envFile: null, new Dictionary<string, string>()).Settings;

    /// <summary>Asks again until it is so.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
        }
    }
}
