using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Records;

public sealed class RecordStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;

    public RecordStoreTests() => _records = new RecordStore(new FolderStore(_folder.Path));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_is_done_once_its_line_is_written()
    {
        Assert.False((await _records.ReadDoneIdsAsync("Vegetation", Stop)).Contains("864691135000000001"u8));
        await _records.WriteDoneAsync(Done("864691135000000001"));
        Assert.True((await _records.ReadDoneIdsAsync("Vegetation", Stop)).Contains("864691135000000001"u8));
        Assert.False((await _records.ReadDoneIdsAsync("Other", Stop)).Contains("864691135000000001"u8));
    }

    [Fact]
    public async Task Of_two_results_of_a_row_the_one_that_was_finished_first_counts()
    {
        await _records.WriteDoneAsync(Done("1") with { Build = "second", Finished = Done("1").Finished.AddSeconds(1) });
        await _records.WriteDoneAsync(Done("1") with { Build = "first" });
        Assert.Equal("first", Assert.Single(await _records.ReadDoneAsync("Vegetation", cancellationToken: Stop).ToListAsync(Stop)).Build);
    }

    [Fact]
    public async Task A_done_line_reads_in_snake_case_and_keeps_64_bit_integers_exact()
    {
        await _records.WriteDoneAsync(Done("1"));
        Assert.StartsWith(
            """
            {"id":"1","row":7,"task":"Vegetation","run":"r1","parameters":{"root_id":864691135000000001,"name":"Übersee"},"result":{"share":0.5},"log":"one line\n","started":"2024-02-29T12:00:00+00:00","finished":"2024-02-29T12:00:01.5+00:00","attempt":2,"worker":"w1","build":"1.2.3","peak_memory_bytes":123456789012,"crc":"
            """.TrimEnd(),
            await File.ReadAllTextAsync(Assert.Single(Segments()), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_is_read_back_for_any_id()
    {
        string[] ids = ["1", "a b", "../x", "Site", "sITE", "ü", "a\nb", new('x', 2000)];
        await _records.WriteDoneAsync([.. ids.Select(Done)]);

        var read = await _records.ReadDoneAsync("Vegetation", cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(ids.ToHashSet(), read.Select(record => record.Id).ToHashSet());
        Assert.Equal(ids.Length, read.Count);
        Assert.Equal(ids.Length, (await _records.ReadDoneIdsAsync("Vegetation", Stop)).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("~")]
    [InlineData("../../x")]
    [InlineData("Night Run")]
    public async Task A_run_of_any_name_has_a_folder_of_its_own(string? run)
    {
        await _records.WriteDoneAsync(Done("1") with { Run = run }, Done("2") with { Run = "another" });
        Assert.Equal(2, Segments().Select(Path.GetDirectoryName).Distinct().Count());
        Assert.Equal(2, (await _records.ReadDoneIdsAsync("Vegetation", Stop)).Count);
    }

    [Fact]
    public async Task The_set_of_done_rows_holds_those_rows_and_no_others()
    {
        var ids = Enumerable.Range(0, 500).Select(i => $"Row {i}").ToList();
        await _records.WriteDoneAsync([.. ids.Select(Done)]);
        var set = await _records.ReadDoneIdsAsync("Vegetation", Stop);
        Assert.Equal(ids.Count, set.Count);
        Assert.All(ids, id => Assert.True(set.Contains(Encoding.UTF8.GetBytes(id))));
        Assert.All(ids, id => Assert.False(set.Contains(Encoding.UTF8.GetBytes(id + "0 "))));
    }

    [Fact]
    public async Task Nothing_is_done_before_the_first_line() =>
        Assert.Equal(0, (await _records.ReadDoneIdsAsync("Vegetation", Stop)).Count);

    [Fact]
    public async Task Files_that_are_no_segments_are_passed_over()
    {
        await _records.WriteDoneAsync(Done("1"));
        var segment = Assert.Single(Segments());
        var folder = Path.GetDirectoryName(segment)!;
        var foreign = (await File.ReadAllTextAsync(segment, Stop)).Replace("\"1\"", "\"2\"", StringComparison.Ordinal);
        foreach (var name in (string[])[".DS_Store", "._w-1.jsonl", "w-1.jsonl.bak", "copy of w-1.json", ".taskqueue-0123456789abcdef01234567.tmp"])
            await File.WriteAllTextAsync(Path.Join(folder, name), foreign, Stop);
        Assert.Equal(1, (await _records.ReadDoneIdsAsync("Vegetation", Stop)).Count);
        Assert.Single(await _records.ReadDoneAsync("Vegetation", cancellationToken: Stop).ToListAsync(Stop));
    }

    [Theory]
    [InlineData("{\"id\":\"2\"}\n")]
    [InlineData("\n")]
    [InlineData("{\"id\":\"2\"")]
    public async Task A_line_that_is_not_whole_is_passed_over_and_counted(string added)
    {
        await _records.WriteDoneAsync(Done("1"));
        await File.AppendAllTextAsync(Assert.Single(Segments()), added, Stop);
        var warnings = new List<string>();
        var records = new RecordStore(_records.Store) { LinesPassedOver = warnings.Add };

        Assert.Equal(1, (await records.ReadDoneIdsAsync("Vegetation", Stop)).Count);
        Assert.Single(await records.ReadDoneAsync("Vegetation", cancellationToken: Stop).ToListAsync(Stop));

        Assert.Equal(2, warnings.Count(warning => warning.StartsWith("1 line of the done journals", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"id\":\"1\"")]
    [InlineData("{\"id\":\"1\"}")]
    [InlineData("[]")]
    public async Task A_damaged_record_is_named(string content)
    {
        await _records.Failed.WriteAsync(Failed("1"), Stop);
        await File.WriteAllTextAsync(_folder[".dltaskqueue/failed/Vegetation/r1/1.json"], content, Stop);
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _records.Failed.FindLastAsync("Vegetation", "1", Stop));
        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains(".dltaskqueue/failed/Vegetation/r1/1.json", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Split('\n').Length, 1, 3);
    }

    [Fact]
    public async Task A_failed_record_is_replaced_found_and_deleted()
    {
        Assert.Null(await _records.Failed.FindLastAsync("Vegetation", "1", Stop));
        await _records.Failed.WriteAsync(Failed("1"), Stop);
        await _records.Failed.WriteAsync(Failed("1") with { Attempt = 2, Parked = true }, Stop);
        var found = await _records.Failed.FindLastAsync("Vegetation", "1", Stop);
        Assert.Equal((2, true, "it broke"), (found?.Attempt, found?.Parked, found?.Message));
        Assert.Single(await _records.Failed.ReadAsync("Vegetation", Stop).ToListAsync(Stop));
        await _records.Failed.DeleteAsync("Vegetation", "r1", "1", Stop);
        await _records.Failed.DeleteAsync("Vegetation", "r1", "1", Stop);
        Assert.Null(await _records.Failed.FindLastAsync("Vegetation", "1", Stop));
    }

    [Fact]
    public async Task Of_the_failures_of_several_runs_the_last_one_counts()
    {
        await _records.Failed.WriteAsync(Failed("1") with { Run = "r2", Message = "later", Finished = Failed("1").Finished.AddHours(1) }, Stop);
        await _records.Failed.WriteAsync(Failed("1"), Stop);
        await _records.Failed.WriteAsync(Failed("2") with { Run = null }, Stop);

        var read = await _records.Failed.ReadAsync("Vegetation", Stop).ToListAsync(Stop);

        Assert.Equal([("1", "later"), ("2", "it broke")], read.Select(record => (record.Id, record.Message)).Order());
        Assert.Equal("later", (await _records.Failed.FindLastAsync("Vegetation", "1", Stop))?.Message);
        Assert.Equal("it broke", (await _records.Failed.FindAsync("Vegetation", "r1", "1", Stop))?.Message);
        Assert.Equal("2", (await _records.Failed.FindAsync("Vegetation", null, "2", Stop))?.Id);
    }

    [Fact]
    public async Task A_log_is_read_as_it_was_written()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _records.OpenLogAsync("Vegetation", "r1", "1", Stop));
        await _records.WriteLogAsync("Vegetation", "r1", "1", "line 1\nline 2\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(await _records.OpenLogAsync("Vegetation", "r1", "1", Stop));
        Assert.Equal("line 1\nline 2\n", await reader.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task Workers_and_runs_are_read_back()
    {
        var time = DateTimeOffset.UnixEpoch;
        var worker = new WorkerRecord
        {
            Worker = "host-1", Host = "host", ProcessId = 1, Build = "1", Started = time, Updated = time, Concurrency = 4,
            Running = 1, Done = 10, Failed = 2, Skipped = 3, PerSecond = 1.5,
            RunningRows = ["tile_07"],
            Samples = new WorkerSamples([0, 10], [0.5, 9.25], [80, 120]),
            Runs = [new WorkerRun("r1", 1, 9)],
            Journals = [new JournalCount { Task = "Vegetation", Run = "r1", Rows = 9, Segment = 3, Bytes = 700, Merged = 2, MergedRows = 4 }],
        };
        var run = new RunRecord
        {
            Run = "r1", Task = "Vegetation", Table = "tasks.feather", TableHash = "ab", Rows = 9, Finished = 1, Queued = 8,
            AlreadyQueued = 0, Command = "insert-tasks", Build = "1", Started = time, Ended = time,
        };
        await _records.WriteWorkerAsync(worker with { Done = 1 }, Stop);
        await _records.WriteWorkerAsync(worker, Stop);
        await _records.Runs.WriteAsync(run, Stop);
        var read = Assert.Single(await _records.ReadWorkersAsync(Stop).ToListAsync(Stop));
        Assert.Equal(worker.Journals, read.Journals);
        Assert.Equal(worker.Runs, read.Runs);
        Assert.Equal(worker.RunningRows, read.RunningRows);
        Assert.Equivalent(worker.Samples, read.Samples, strict: true);
        Assert.Equal(worker, read with { Journals = worker.Journals, Runs = worker.Runs, RunningRows = worker.RunningRows, Samples = worker.Samples });
        Assert.Equal(run, Assert.Single(await _records.Runs.ReadAsync(Stop).ToListAsync(Stop)));
    }

    private string[] Segments() => Directory.GetFiles(_folder[".dltaskqueue/done/Vegetation"], "*.jsonl", SearchOption.AllDirectories);

    private static DoneRecord Done(string id) => new()
    {
        Id = id,
        Row = 7,
        Task = "Vegetation",
        Run = "r1",
        Parameters = JsonElement.Parse("""{"root_id":864691135000000001,"name":"Übersee"}"""),
        Result = JsonElement.Parse("""{"share":0.5}"""),
        Log = "one line\n",
        Started = new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero),
        Finished = new DateTimeOffset(2024, 2, 29, 12, 0, 1, 500, TimeSpan.Zero),
        Attempt = 2,
        Worker = "w1",
        Build = "1.2.3",
        PeakMemoryBytes = 123_456_789_012,
    };

    private static FailedRecord Failed(string id) => new()
    {
        Id = id,
        Task = "Vegetation",
        Run = "r1",
        Parameters = JsonElement.Parse("{}"),
        Exception = "System.InvalidOperationException",
        Message = "it broke",
        Parked = false,
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch,
        Attempt = 1,
        Worker = "w1",
        Build = "1.2.3",
        PeakMemoryBytes = 1,
    };
}
