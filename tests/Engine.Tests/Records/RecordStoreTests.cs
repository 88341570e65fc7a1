using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Tests.Records;

public sealed class RecordStoreTests : IDisposable
{
    private const string DoneFolder = ".dltaskqueue/done/Vegetation";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;

    public RecordStoreTests() => _records = new RecordStore(new FolderStore(_folder.Path));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_row_is_done_once_its_record_is_written()
    {
        Assert.False(await _records.IsDoneAsync("Vegetation", "864691135000000001", Stop));
        Assert.True(await _records.WriteDoneAsync(Done("864691135000000001"), Stop));
        Assert.True(await _records.IsDoneAsync("Vegetation", "864691135000000001", Stop));
        Assert.False(await _records.IsDoneAsync("Other", "864691135000000001", Stop));
        Assert.True(File.Exists(_folder[$"{DoneFolder}/864691135000000001.json"]));
    }

    [Fact]
    public async Task A_repeat_never_replaces_a_done_record()
    {
        await _records.WriteDoneAsync(Done("1") with { Worker = "first" }, Stop);
        Assert.False(await _records.WriteDoneAsync(Done("1") with { Worker = "second" }, Stop));
        Assert.Equal("first", Assert.Single(await _records.ReadDoneAsync("Vegetation", Stop).ToListAsync(Stop)).Worker);
    }

    [Fact]
    public async Task A_done_record_reads_in_snake_case_and_keeps_64_bit_integers_exact()
    {
        await _records.WriteDoneAsync(Done("1"), Stop);
        Assert.Equal(
            """
            {"id":"1","task":"Vegetation","run":"r1","parameters":{"root_id":864691135000000001,"name":"Übersee"},"result":{"share":0.5},"started":"2024-02-29T12:00:00+00:00","finished":"2024-02-29T12:00:01.5+00:00","attempt":2,"worker":"w1","build":"1.2.3","peak_memory_bytes":123456789012}
            """,
            await File.ReadAllTextAsync(_folder[$"{DoneFolder}/1.json"], Stop));
    }

    [Fact]
    public async Task What_is_written_is_read_back_for_any_id()
    {
        string[] ids = ["1", "a b", "../x", "Site", "sITE", "ü", "a\nb", new('x', 2000)];
        foreach (var id in ids)
            await _records.WriteDoneAsync(Done(id), Stop);

        var read = await _records.ReadDoneAsync("Vegetation", Stop).ToListAsync(Stop);
        Assert.Equal(ids.ToHashSet(), read.Select(record => record.Id).ToHashSet());
        Assert.Equal(ids.Length, read.Count);
    }

    [Fact]
    public async Task The_set_of_done_rows_holds_those_rows_and_no_others()
    {
        var ids = Enumerable.Range(0, 500).Select(i => $"Row {i}").ToList();
        await Task.WhenAll(ids.Select(id => _records.WriteDoneAsync(Done(id), Stop)));
        var set = await _records.ListDoneAsync("Vegetation", Stop);
        Assert.Equal(ids.Count, set.Count);
        Assert.All(ids, id => Assert.True(set.Contains(id)));
        Assert.All(ids, id => Assert.True(set.Contains(Encoding.UTF8.GetBytes(id))));
        Assert.All(ids, id => Assert.False(set.Contains(id + "0 ")));
    }

    [Fact]
    public async Task Nothing_is_done_before_the_first_record() =>
        Assert.Equal(0, (await _records.ListDoneAsync("Vegetation", Stop)).Count);

    [Fact]
    public async Task Files_that_are_no_records_are_passed_over()
    {
        await _records.WriteDoneAsync(Done("1"), Stop);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/.DS_Store"], "x", Stop);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/._1.json"], "Mac OS X", Stop);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/1.json.bak"], "x", Stop);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/copy of 1.json"], "x", Stop);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/.taskqueue-0123456789abcdef01234567.tmp"], "x", Stop);
        Directory.CreateDirectory(_folder[$"{DoneFolder}/sub"]);
        await File.WriteAllTextAsync(_folder[$"{DoneFolder}/sub/2.json"], "x", Stop);
        Assert.Equal(1, (await _records.ListDoneAsync("Vegetation", Stop)).Count);
        Assert.Single(await _records.ReadDoneAsync("Vegetation", Stop).ToListAsync(Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"id\":\"1\"")]
    [InlineData("{\"id\":\"1\"}")]
    [InlineData("[]")]
    public async Task A_damaged_record_is_named(string content)
    {
        await _records.WriteFailedAsync(Failed("1"), Stop);
        await File.WriteAllTextAsync(_folder[".dltaskqueue/failed/Vegetation/1.json"], content, Stop);
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _records.FindFailedAsync("Vegetation", "1", Stop));
        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains(".dltaskqueue/failed/Vegetation/1.json", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Split('\n').Length, 1, 3);
    }

    [Fact]
    public async Task A_failed_record_is_replaced_found_and_deleted()
    {
        Assert.Null(await _records.FindFailedAsync("Vegetation", "1", Stop));
        await _records.WriteFailedAsync(Failed("1"), Stop);
        await _records.WriteFailedAsync(Failed("1") with { Attempt = 2, Parked = true }, Stop);
        var found = await _records.FindFailedAsync("Vegetation", "1", Stop);
        Assert.Equal((2, true, "it broke"), (found?.Attempt, found?.Parked, found?.Message));
        Assert.Single(await _records.ReadFailedAsync("Vegetation", Stop).ToListAsync(Stop));
        await _records.DeleteFailedAsync("Vegetation", "1", Stop);
        await _records.DeleteFailedAsync("Vegetation", "1", Stop);
        Assert.Null(await _records.FindFailedAsync("Vegetation", "1", Stop));
    }

    [Fact]
    public async Task A_log_is_read_as_it_was_written()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _records.OpenLogAsync("Vegetation", "1", Stop));
        await _records.WriteLogAsync("Vegetation", "1", "line 1\nline 2\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(await _records.OpenLogAsync("Vegetation", "1", Stop));
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
        };
        var run = new RunRecord
        {
            Run = "r1", Task = "Vegetation", Table = "tasks.feather", TableHash = "ab", Rows = 9, Finished = 1, Queued = 8,
            AlreadyQueued = 0, Command = "insert-tasks", Build = "1", Started = time, Ended = time,
        };
        await _records.WriteWorkerAsync(worker with { Done = 1 }, Stop);
        await _records.WriteWorkerAsync(worker, Stop);
        await _records.WriteRunAsync(run, Stop);
        Assert.Equal(worker, Assert.Single(await _records.ReadWorkersAsync(Stop).ToListAsync(Stop)));
        Assert.Equal(run, Assert.Single(await _records.ReadRunsAsync(Stop).ToListAsync(Stop)));
    }

    private static DoneRecord Done(string id) => new()
    {
        Id = id,
        Task = "Vegetation",
        Run = "r1",
        Parameters = JsonElement.Parse("""{"root_id":864691135000000001,"name":"Übersee"}"""),
        Result = JsonElement.Parse("""{"share":0.5}"""),
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
