using System.Diagnostics;
using System.Globalization;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Reports.Runs;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records.Journals;
using TaskQueue.Tests.Reports.History;
using TaskQueue.Tests.Worker;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Runs;

/// <summary>What it costs to count a finished run beside ten others of the same size.</summary>
public sealed class RunCostTests(ITestOutputHelper output) : IDisposable
{
    private const int Runs = 11;
    private const int Workers = 8;

    /// <summary>100,000 at night.</summary>
    private static readonly int Rows = Nightly.Number("STATUS_ROWS", 2000);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task In_a_bucket_the_workers_counts_are_enough_and_no_line_is_read()
    {
        var store = new CountedBucket();
        await WriteAsync(store);
        var (pages, bytes) = (store.Pages, store.BytesRead);

        Assert.Equal(Rows, await CountAsync(store, "r3"));

        Assert.Equal(bytes, store.BytesRead);
        Assert.InRange(store.Pages - pages, 1, 2 + (2 * Rows / RunJournal.MergedRows / CountedBucket.PageSize));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows beside ten such runs: {store.Pages - pages} pages listed, no segment read"));
    }

    [Fact]
    public async Task In_a_folder_no_segment_is_read()
    {
        var store = new ScriptedStore(new FolderStore(_folder.Path));
        await WriteAsync(store);
        var (bytes, clock) = (store.BytesRead, Stopwatch.StartNew());

        Assert.Equal(Rows, await CountAsync(store, "r3"));

        Assert.Equal(bytes, store.BytesRead);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows beside ten such runs: {clock.ElapsedMilliseconds} ms"));
    }

    [Fact]
    public async Task On_a_broker_failed_records_that_the_caller_has_counted_are_not_read_again()
    {
        const int Failed = 7;
        var reads = 0;
        var store = new ScriptedStore(new CountedBucket()) { BeforeRead = () => { Interlocked.Increment(ref reads); return Task.CompletedTask; } };
        var (records, run) = (new RecordStore(store), CourseLedger.RecordOf(10) with { Task = TaskName });
        await records.PrepareAsync(Stop);
        foreach (var row in Enumerable.Range(0, Failed))
            await records.Failed.WriteAsync(TestRecords.Failed($"f{row}", "bad") with { Task = TaskName, Run = run.Run }, Stop);
        var reader = new StatusReader(new() { ProjectRoot = _folder.Path }, [TaskName], new Broker(), records, TimeProvider.System);

        var told = await reader.ReadAsync(run, Stop, parked: Failed);
        Interlocked.Exchange(ref reads, 0);
        await reader.ReadAsync(run, Stop, parked: Failed);
        var readsOfTold = Interlocked.Exchange(ref reads, 0);
        var asked = await reader.ReadAsync(run, Stop);

        Assert.Equal((Failed, Failed), (asked.Failed, told.Failed));
        Assert.Equal(Failed, reads - readsOfTold);
    }

    private static async Task<long> CountAsync(IObjectStore store, string run)
    {
        var records = new RecordStore(store);
        var workers = await records.ReadWorkersAsync(Stop).ToListAsync(Stop);
        return (await records.CountDoneAsync(TaskName, run, workers, Stop)).Rows;
    }

    /// <summary>As workers would that end in order.</summary>
    private static async Task WriteAsync(IObjectStore store)
    {
        var records = new RecordStore(store);
        await records.PrepareAsync(Stop);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            var journal = new JournalWriter(store, $"worker-{worker}", groupRows: 1, TimeProvider.System);
            for (var run = 0; run < Runs; run++)
                foreach (var rows in Enumerable.Range(0, Rows).Where(row => row % Workers == worker).Chunk(1000))
                    await Task.WhenAll(rows.Select(row => journal.AddAsync($"{row}", $"r{run}")));
            await journal.CompleteAsync();
            await records.WriteWorkerAsync(TestRecords.Worker($"worker-{worker}", TestRecords.Noon) with { Stopped = TestRecords.Noon, Journals = journal.Counts }, Stop);
        }));
    }

    /// <summary>A queue that does not tell runs apart.</summary>
    private sealed class Broker : StubQueue
    {
        public override Task<QueueCounts> CountAsync(CancellationToken cancellationToken) => Task.FromResult(new QueueCounts(3, 0, 7));
    }
}
