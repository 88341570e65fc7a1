using System.Text.Json;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Tests.Commands;

namespace TaskQueue.Tests.Reports.History;

/// <summary>Records of a run as its workers would have left them, with times that are known.</summary>
/// <param name="records">Where to.</param>
/// <param name="rows">Rows that are done.</param>
/// <param name="workers">They share them in turn; each has two slots.</param>
internal sealed class CourseLedger(RecordStore records, int rows, int workers)
{
    public const string Name = "ledger";
    public const int Concurrency = 2;

    /// <summary>When it was inserted: a while ago, since records of the future are no records.</summary>
    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).AddDays(-7);

    private readonly Random _random = new(16);

    /// <summary>What each row took, in seconds: many short ones and few long ones.</summary>
    public List<double> Seconds { get; } = [];

    /// <summary>Rows that failed for good.</summary>
    public int Failed { get; init; }

    /// <summary>Whether rows are tiles.</summary>
    public bool HasTiles { get; init; }

    public RunRecord Run { get; init; } = RecordOf(rows);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static RunRecord RecordOf(int rows) => new()
    {
        Run = Name,
        Task = CommandProject.Task,
        Table = "tasks.feather",
        TableHash = new string('0', 64),
        Rows = rows,
        Finished = 0,
        Selected = rows,
        Queued = rows,
        AlreadyQueued = 0,
        Command = "insert-tasks",
        Build = "1.0",
        Started = Start,
        Ended = Start.AddSeconds(2),
    };

    public static string IdOf(int row) => $"row-{row:D6}";

    public async Task WriteAsync()
    {
        await records.PrepareAsync(Stop);
        await records.Runs.WriteAsync(Run, Stop);
        for (var row = 0; row < rows; row++)
            Seconds.Add(Math.Round(0.02 * Math.Exp(2 * _random.NextDouble() * _random.NextDouble() * (row % 997 == 5 ? 3 : 1)), 3));
        await Task.WhenAll(Enumerable.Range(0, workers).Select(WriteWorkerAsync));
        for (var row = 0; row < Failed; row++)
            await records.Failed.WriteAsync(
                TestRecords.Failed($"bad-{row}", $"Tile {row} has no data.") with { Run = Name, Started = Start.AddSeconds(3), Finished = Start.AddSeconds(4), Worker = "host-0", Attempt = 3 }, Stop);
    }

    private async Task WriteWorkerAsync(int worker)
    {
        var (name, journal) = ($"host-{worker}", new JournalWriter(records.Store, $"host-{worker}", groupRows: 1000, TimeProvider.System));
        var (start, done) = (Start.AddSeconds(3), 0);
        var free = new DateTimeOffset[Concurrency];
        Array.Fill(free, start);
        foreach (var chunk in Enumerable.Range(0, rows).Where(row => row % workers == worker).Chunk(1000))
        {
            var lines = new List<Task>();
            foreach (var row in chunk)
            {
                var slot = Array.IndexOf(free, free.Min());
                lines.Add(journal.AddAsync(LineOf(row, name, free[slot])));
                (free[slot], done) = (free[slot].AddSeconds(Seconds[row] + 0.005), done + 1);
            }
            await Task.WhenAll(lines);
        }
        await journal.CompleteAsync();
        var (end, samples) = (free.Max(), Enumerable.Range(0, 2 + (int)((free.Max() - start).TotalSeconds / 10)).ToList());
        await records.WriteWorkerAsync(
            TestRecords.Worker(name, end, done: done) with
            {
                Started = start.AddSeconds(-1), Stopped = end, Concurrency = Concurrency, Running = 0, Journals = journal.Counts, Runs = [new(Name, 0, done)],
                Samples = new([.. samples.Select(i => i * 10.0)], [.. samples.Select(i => Math.Round((i * 12) + (3 * Math.Sin(i)), 1))], [.. samples.Select(i => 180 + (worker * 7) + (i % 5))]),
            },
            Stop);
    }

    private DoneRecord LineOf(int row, string worker, DateTimeOffset started) => TestRecords.Done(IdOf(row), HasTiles ? Tile(row) : """{"value":1}""") with
    {
        Run = Name,
        Row = row,
        Started = started,
        Finished = started.AddSeconds(Seconds[row]),
        Worker = worker,
        Attempt = row % 50 == 7 ? 2 : 1,
        PeakMemoryBytes = 200_000_000,
    };

    private static string Tile(int row) => JsonSerializer.Serialize(new { bounds = new[] { -120 + (row % 300 * 0.1), 30 + (row / 300 * 0.1), -119.9 + (row % 300 * 0.1), 30.1 + (row / 300 * 0.1) } });
}
