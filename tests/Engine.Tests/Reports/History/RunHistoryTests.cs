using System.Globalization;
using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Reports;
using TaskQueue.Reports.History;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records.Journals;
using TaskQueue.Tests.Worker;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Reports.History;

/// <summary>What is told of a run against what its workers did.</summary>
public sealed class RunHistoryTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>1,000,000 at night.</summary>
    private static readonly int Rows = Nightly.Number("HISTORY_ROWS", 3000);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private RecordStore Records => new(new FolderStore(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Counts_times_and_workers_are_those_of_the_records_and_memory_is_bounded()
    {
        var ledger = new CourseLedger(Records, Rows, workers: 6) { Failed = 5 };
        await ledger.WriteAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var history = new RunHistory(Records, ledger.Run, TimeProvider.System);
        await history.RefreshAsync(Stop);
        var course = history.Look();

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows: {bytes / 1e6:N1} MB kept"));
        // What other tests hold at the same time is more than few rows take.
        if (Rows >= 1_000_000)
            Assert.InRange(bytes, 0, 20_000_000 + (Rows * 40L));
        Assert.Equal((Rows, 5L, 0L), (course.Done, course.Failed, course.Retrying));
        Assert.Equal(Rows, course.DoneByBin.Sum());
        Assert.Equal(5, course.FailedByBin.Sum());
        Assert.Equal(Enumerable.Range(0, Rows).Count(row => row % 50 == 7), course.Attempts[1]);
        Assert.Equal(course.Attempts[1] + 15, course.FailedAttempts);
        Assert.Equal(course.Attempts[1], course.RetriedByBin.Sum());
        var sorted = ledger.Seconds.Order().ToList();
        Assert.Equal((sorted[0], sorted[^1]), (Math.Round(course.Durations.Shortest, 3), Math.Round(course.Durations.Longest, 3)));
        Assert.InRange(course.Durations.Median / sorted[sorted.Count / 2], 0.94, 1.06);
        Assert.InRange(course.Durations.P99 / sorted[(int)(sorted.Count * 0.99)], 0.9, 1.1);
        Assert.Equal(Rows, course.Durations.Counts.Sum());
        Assert.Equal(sorted.Sum() + 5, course.WorkSeconds, 0.01);
        Assert.Equal(course.WorkSeconds, course.RunningByBin.Sum() * course.BinSeconds, Math.Max(1, course.WorkSeconds / 100));
        Assert.Equal(sorted.AsEnumerable().Reverse().Take(20), course.Slowest.Select(task => Math.Round(task.Seconds, 3)));
        Assert.Equal(CourseLedger.IdOf(ledger.Seconds.IndexOf(sorted[^1])), course.Slowest[0].Id);
        Assert.Equal(Enumerable.Range(0, 6).Select(worker => $"host-{worker}"), course.Workers.Select(lane => lane.Name));
        Assert.All(course.Workers, lane => Assert.Equal((LaneState.Left, 2), (lane.State, lane.Concurrency)));
        Assert.Equal(Rows, course.Workers.Sum(lane => lane.Done));
        // Each slot rests for 5 ms after a task.
        Assert.InRange(course.SlotSeconds, course.WorkSeconds, course.WorkSeconds + (Rows * 0.006) + 60);
        Assert.InRange(course.MegabytesByBin.Max(), 180, 230);
        Assert.NotEmpty(course.Limits);
    }

    [Fact]
    public async Task However_long_the_run_and_many_its_workers_a_snapshot_is_of_bounded_size()
    {
        var ledger = new CourseLedger(Records, 6000, workers: 300) { HasTiles = true };
        await ledger.WriteAsync();
        var long_ = TestRecords.Done("long") with { Run = CourseLedger.Name, Started = CourseLedger.Start, Finished = CourseLedger.Start.AddDays(3), Worker = "host-0" };
        var journal = new TaskQueue.Records.Journals.JournalWriter(Records.Store, "late", 1, TimeProvider.System);
        await journal.AddAsync(long_);
        // A clock that is wrong by years must not squeeze all else into one bin.
        await journal.AddAsync(long_ with { Id = "wrong", Started = DateTimeOffset.UnixEpoch, Finished = DateTimeOffset.UnixEpoch.AddSeconds(1), Worker = "host-1" });
        await journal.CompleteAsync();

        var history = new RunHistory(Records, ledger.Run, TimeProvider.System);
        await history.RefreshAsync(Stop);
        var (course, small) = (history.Look(), history.Look(bins: 10, lanes: 3));

        Assert.Equal(6002, course.Done);
        Assert.Equal(6001, course.DoneByBin.Sum());
        Assert.InRange(course.DoneByBin.Count, TimeBins.Most / 2, TimeBins.Most);
        Assert.Equal((200, 100), (course.Workers.Count, course.WorkersLeftOut));
        Assert.Equal((6001, 3), (small.DoneByBin.Sum(), small.Workers.Count));
        Assert.InRange(small.DoneByBin.Count, 5, 10);
        Assert.InRange(course.Map!.Shapes.Count, 1000, ShapeBins.Most);
        Assert.NotNull(course.Map.CellDegrees);
        Assert.Equal((6000, 2L), (course.Map.Shapes.Sum(shape => shape.Done), course.Map.WithoutBounds));
        var json = JsonSerializer.Serialize(course, ReportJson.Line.RunCourse);
        output.WriteLine($"{json.Length} bytes");
        Assert.InRange(json.Length, 1000, 2_000_000);
        Assert.Contains("\"state\":\"left\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_with_nothing_new_lists_and_reads_the_records_of_living_workers_only()
    {
        var (bucket, reads) = (new CountedBucket(), 0);
        var store = new ScriptedStore(bucket) { BeforeRead = () => { Interlocked.Increment(ref reads); return Task.CompletedTask; } };
        var (records, run) = (new RecordStore(store), CourseLedger.RecordOf(3000) with { Task = TaskName, Run = Run, Started = DateTimeOffset.UnixEpoch });
        await records.PrepareAsync(Stop);
        foreach (var segment in Enumerable.Range(1, 300))
            await store.PutAsync($"w{segment % 20}-{segment}.jsonl", [.. Enumerable.Range(0, 10).Select(row => Line(Done($"{segment}-{row}")))]);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var worker in Enumerable.Range(0, 20))
            await records.WriteWorkerAsync(
                TestRecords.Worker($"w{worker}", now) with { Stopped = worker < 18 ? now : null, Runs = [new(Run, 1, 150)] }, Stop);
        foreach (var row in Enumerable.Range(0, 7))
            await records.Failed.WriteAsync(TestRecords.Failed($"f{row}", "bad") with { Task = TaskName, Run = Run, Parked = row > 0 }, Stop);
        var history = new RunHistory(records, run, TimeProvider.System);

        await history.RefreshAsync(Stop);
        Assert.Equal((300L, 3000L, 6L, 1L), (bucket.Reads, history.Look().Done, history.Look().Failed, history.Look().Retrying));

        (long pages, reads) = (bucket.Pages, 0);
        await history.RefreshAsync(Stop);
        // Journals, failed records and workers are listed; two workers live, and one row is tried again.
        Assert.Equal((300L, 3L, 3), (bucket.Reads, bucket.Pages - pages, reads));

        await store.PutAsync("w19-301.jsonl", Line(Done("new")));
        await records.Failed.DeleteAsync(TaskName, Run, "f1", Stop);
        await history.RefreshAsync(Stop);
        Assert.Equal((301L, 3001L, 5L), (bucket.Reads, history.Look().Done, history.Look().Failed));
        output.WriteLine($"Nothing new: {3} pages listed, {3} records read, of 300 segments, 20 workers, 7 failed records");
    }

    [Fact]
    public async Task A_row_counts_once_though_it_was_merged_repeated_or_failed_before()
    {
        var (records, run) = (new RecordStore(new CountedBucket()), CourseLedger.RecordOf(3) with { Task = TaskName, Run = Run });
        await records.Store.PutAsync("a-2.jsonl", Line(Done("x")));
        await records.Store.PutAsync("a-1.jsonl", Line(Done("x")), Line(Done("y")));
        await records.Store.PutAsync("b-1.jsonl", Line(Done("y", finished: 9)), Before("z"));
        await records.Failed.WriteAsync(TestRecords.Failed("x", "left behind") with { Task = TaskName, Run = Run }, Stop);
        var history = new RunHistory(records, run, TimeProvider.System);

        Assert.Equal((0L, 0), (history.Look().Done, history.Look().DoneByBin.Count));
        await history.RefreshAsync(Stop);

        var course = history.Look();
        Assert.Equal((3L, 1L, 0L, 2L), (course.Done, course.DoneBefore, course.Failed, course.Durations.Count));
    }
}
