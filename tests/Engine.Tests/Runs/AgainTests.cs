using TaskQueue.Reports.Runs;
using TaskQueue.Tests.Servers;
using TaskQueue.Tests.Worker;

namespace TaskQueue.Tests.Runs;

/// <summary>Rows that run again though they are done, and inserts that go on with a run.</summary>
public sealed class AgainTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const int Killed = 137;

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task Rows_that_are_done_run_once_more_and_the_newer_result_counts(string kind)
    {
        using var project = await CreateAsync(kind);
        var rows = LedgerRow.Many(12).ToList();
        await project.InsertRunAsync("old", rows);
        await project.WorkOffAsync();

        Assert.Equal(0, (await project.InsertRunAsync("new", rows, "--again", "--limit", "8")).Code);
        Assert.All(await project.DoneAsync(), row => Assert.Equal("old", row.Run));
        await project.WorkOffAsync();

        Assert.Equal(20, project.Starts().Count());
        Assert.Equal(
            [.. Enumerable.Repeat("new", 8), .. Enumerable.Repeat("old", 4)], (await project.DoneAsync()).OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => row.Run));

        // A repeated message of it is done; the rest of the run is not.
        Assert.Equal(0, (await project.InsertRunAsync("new", rows, "--again")).Code);
        await project.WorkOffAsync();
        Assert.Equal(24, project.Starts().Count());
        Assert.All(await project.DoneAsync(), row => Assert.Equal("new", row.Run));
        Assert.Equal((RunState.Finished, 12), await EndAsync(project, "new"));
        Assert.Equal((RunState.Finished, 12), await EndAsync(project, "old"));
    }

    [Fact]
    public async Task A_row_that_waits_or_has_failed_is_taken_over_and_one_that_runs_is_named()
    {
        using var project = await CreateAsync("fq", "TQ_MAX_ATTEMPTS=1", "TQ_LEASE_SECONDS=60");
        await project.InsertRunAsync("old", [new("bad", "throw"), new("long", "wait", 600_000), new("waits")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");

        using var insert = project.StartInsert([new("bad"), new("long"), new("waits")], "--run", "new", "--again");
        var said = await insert.OutputAsync();

        Assert.Contains("Queued 2 of 3 rows", said, StringComparison.Ordinal);
        Assert.Contains("Running, and so not queued again: long", said, StringComparison.Ordinal);
        await worker.KillAsync();
        await project.WorkOffAsync("--max-tasks", "2");
        Assert.Equal(["bad", "waits"], (await project.DoneAsync()).Where(row => row.Run == "new").Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Equal((RunState.Finished, 2), await EndAsync(project, "new"));
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task An_insert_that_died_goes_on_as_one_run_and_nothing_runs_twice(string kind)
    {
        const int Rows = 30_000;
        using var project = await CreateAsync(kind);
        var rows = LedgerRow.Many(kind == "fq" ? Rows * 4 : Rows / 10).ToList();
        Assert.Equal(Killed, await project.RunDoomedInserterAsync("half", rows, $"MidBatch:{rows.Count / 2}"));
        Assert.Equal(RunState.Inserting, (await project.CountRunAsync("half")).State);

        Assert.Equal(0, (await project.InsertRunAsync("half", rows)).Code);

        Assert.Equal((rows.Count, 0L), (await project.CountRunAsync("half")) is var counts ? (counts.Queued, counts.Missing) : default);
        if (kind == "fq")
            Assert.Equal(rows.Count, (await project.CountAsync()).Ready);
        else
            await AssertOnceAsync(project, rows.Count);
    }

    private static async Task AssertOnceAsync(LedgerProject project, int rows)
    {
        await project.WorkOffAsync();
        Assert.Equal(rows, project.Starts().Count());
        Assert.Equal((RunState.Finished, rows), await EndAsync(project, "half"));
    }

    private static async Task<(RunState State, int Done)> EndAsync(LedgerProject project, string run)
    {
        var counts = await project.CountRunAsync(run);
        return (counts.State, (int)counts.Done);
    }
}
