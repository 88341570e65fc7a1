using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

public sealed class StatusVerbTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_new_project_has_nothing_to_show()
    {
        await _project.RunAsync("check --create");

        var run = await _project.RunAsync("status");

        Assert.Equal(
            [
                $"queue    fq://{_project["queue"]}",
                $"store    {_project["output"]}",
                "queued   0",
                "running  0",
                "done     0",
                "failed   0",
                "left     nothing",
            ],
            run.OutputLines);
    }

    [Fact]
    public async Task Counts_come_from_the_queue_and_the_records()
    {
        await _project.RunAsync("insert-tasks");
        var name = (await _project.ReadRunAsync()).Run;
        await _project.ParkAsync(name, ("a", "x"));
        await _project.Records.WriteDoneAsync(TestRecords.Done("b") with { Run = name });

        var run = await _project.RunAsync("status");

        Assert.StartsWith($"run      {name}, running\ntable    {_project["tasks.feather"]}, for echo\n", run.Output);
        Assert.Contains("done     1 of 12\n", run.Output);
        Assert.Contains("failed   1 (see: dotnet run failed)\n", run.Output);
        Assert.Contains("left     unknown: no worker is alive, 10 queued (start one: dotnet run worker)\n", run.Output);
    }

    [Theory]
    [InlineData(-300, 2)]
    [InlineData(-5, 0)]
    public async Task The_record_of_a_worker_that_died_is_completed_and_that_of_a_living_one_is_not(int seen, long expected)
    {
        await _project.RunAsync("insert-tasks");
        await WriteAsync(TestRecords.Worker("w", DateTimeOffset.UtcNow.AddSeconds(seen)));
        var journal = new JournalWriter(_project.Records.Store, "w", groupRows: 2, TimeProvider.System);
        var name = (await _project.ReadRunAsync()).Run;
        await Task.WhenAll(((string[])["a", "b"]).Select(id => journal.AddAsync(TestRecords.Done(id) with { Run = name })));

        var run = await _project.RunAsync("status");

        Assert.Contains("done     2 of 12\n", run.Output);
        var worker = Assert.Single(await _project.Records.ReadWorkersAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(expected, worker.Journals.Sum(count => count.Rows));
    }

    [Fact]
    public async Task The_time_left_follows_from_the_workers_that_are_at_work()
    {
        await _project.RunAsync("insert-tasks");
        var now = DateTimeOffset.UtcNow;
        await WriteAsync(
            TestRecords.Worker(
                "fast", now, perSecond: 2, done: 20), TestRecords.Worker("slow", now, perSecond: 1, done: 10),
            TestRecords.Worker("killed", now.AddMinutes(-5), perSecond: 9), TestRecords.Worker("left", now, perSecond: 9) with { Stopped = now },
            TestRecords.Worker("forgotten", now.AddDays(-2), perSecond: 9));

        var text = await _project.RunAsync("status");
        var json = JsonDocument.Parse((await _project.RunAsync("status --json")).Output).RootElement;

        Assert.Contains("rate     3.0 tasks/s by 2 workers\n", text.Output);
        Assert.Contains("left     about 4 s\n", text.Output);
        Assert.Contains("5 min ago, silent", text.Output.Replace("5 min 1 s", "5 min", StringComparison.Ordinal));
        Assert.Equal((12, 3.0, 4.0), (
            json.GetProperty("queued").GetInt32(), json.GetProperty("tasks_per_second").GetDouble(), json.GetProperty("seconds_left").GetDouble()));
        Assert.Equal(["fast", "killed", "slow"], json.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Where_successes_are_not_recorded_the_workers_count_them()
    {
        _project.WriteSettings("TASK_RECORDS=failed\n");
        await _project.RunAsync("check --create");
        await WriteAsync(TestRecords.Worker("w", DateTimeOffset.UtcNow, done: 1234));

        var run = await _project.RunAsync("status");

        Assert.Contains("done     1,234, as counted by the workers", run.Output);
    }

    private async Task WriteAsync(params WorkerRecord[] workers)
    {
        foreach (var worker in workers)
            await _project.Records.WriteWorkerAsync(worker, TestContext.Current.CancellationToken);
    }
}
