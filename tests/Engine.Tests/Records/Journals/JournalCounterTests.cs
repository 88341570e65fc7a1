using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Commands;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>The number of done rows is right, even when the worker's record is late, and little is read for it.</summary>
public sealed class JournalCounterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Any_record_of_the_worker_gives_the_same_count_at_any_later_moment(bool isFolder)
    {
        const int Rows = 600;
        var store = Open(isFolder);
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        List<IReadOnlyList<JournalCount>> records = [writer.Counts];
        for (var id = 1; id <= Rows; id++)
        {
            await writer.AddAsync($"{id}").Soon();
            records.Add(writer.Counts);
            if (id % 50 == 7)
                Assert.All(await CountEachAsync(store, records), count => Assert.Equal(id, count));
        }
        await writer.CompleteAsync().Soon();

        Assert.All(await CountEachAsync(store, records), count => Assert.Equal(Rows, count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_worker_has_counted_is_not_read(bool isFolder)
    {
        var store = new ScriptedStore(Open(isFolder));
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        for (var id = 1; id <= 300; id++)
            await writer.AddAsync($"{id}", id % 2 == 0 ? "even" : "odd").Soon();
        await writer.CompleteAsync().Soon();

        Assert.Equal((150, 150), (await CountAsync(store, writer.Counts, "even"), await CountAsync(store, writer.Counts, "odd")));
        Assert.Equal(0, store.BytesRead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_dead_worker_did_not_count_is_read_once(bool isFolder)
    {
        var store = new ScriptedStore(Open(isFolder));
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        List<IReadOnlyList<JournalCount>> records = [writer.Counts];
        string?[] runs = [null, "r1", "r2"];
        for (var id = 1; id <= 300; id++)
        {
            await writer.AddAsync($"{id}", runs[id % 3]).Soon();
            if (id % 40 == 0)
                records.Add(writer.Counts);
        }

        foreach (var record in records)
        {
            var worker = Worker(record);
            foreach (var run in runs)
                worker = (await ReadAsync(store, worker.Journals, run)).Complete(worker) ?? worker;
            var (read, rows) = (store.BytesRead, 0L);
            foreach (var run in runs)
            {
                var again = await ReadAsync(store, worker.Journals, run);
                Assert.Null(again.Complete(worker));
                rows += again.Rows;
            }
            Assert.Equal((300, read), (rows, store.BytesRead));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_that_were_found_done_are_counted_apart_and_other_tasks_not_at_all(bool isFolder)
    {
        var store = Open(isFolder);
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        await writer.AddAsync("1").Soon();
        await writer.AddAsync(new DoneBefore { Id = "2", Task = TaskName, Run = Run, Finished = DateTimeOffset.UnixEpoch, Worker = "w" }).Soon();
        await writer.AddAsync(Done("3") with { Task = "another" }).Soon();

        foreach (var counts in (IReadOnlyList<JournalCount>[])[writer.Counts, []])
        {
            var counter = await ReadAsync(store, counts);
            Assert.Equal((1, 1), (counter.Rows, counter.Before));
        }
    }

    [Fact]
    public async Task Lines_that_a_failed_append_left_behind_are_counted_once()
    {
        var store = new ScriptedStore(new FolderStore(_folder.Path));
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        await writer.AddAsync("1").Soon();
        var before = writer.Counts;
        store.Append = async (file, content) =>
        {
            await file.AppendAsync(content);
            throw new IOException("The sync failed.");
        };
        await Assert.ThrowsAsync<IOException>(() => writer.AddAsync("2").Soon());
        store.Append = static (file, content) => file.AppendAsync(content);
        await writer.AddAsync("2").Soon();

        Assert.Equal(2, await CountAsync(store, before));
        Assert.Equal(2, await CountAsync(store, writer.Counts));
    }

    private IObjectStore Open(bool isFolder) => isFolder ? new FolderStore(_folder.Path) : new MemoryStore();

    private static async Task<List<long>> CountEachAsync(IObjectStore store, IEnumerable<IReadOnlyList<JournalCount>> records)
    {
        var counts = new List<long>();
        foreach (var record in records)
            counts.Add(await CountAsync(store, record));
        return counts;
    }

    private static async Task<long> CountAsync(IObjectStore store, IReadOnlyList<JournalCount> counts, string? run = Run) =>
        (await ReadAsync(store, counts, run)).Rows;

    private static async Task<JournalCounter> ReadAsync(IObjectStore store, IReadOnlyList<JournalCount> counts, string? run = Run)
    {
        var counter = new JournalCounter(store, TaskName, run, [Worker(counts)]);
        await counter.ReadAsync(Stop);
        return counter;
    }

    private static WorkerRecord Worker(IReadOnlyList<JournalCount> counts) => TestRecords.Worker("w", TestRecords.Noon) with { Journals = counts };
}
