using System.Text;
using TaskQueue.Collections;
using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Children;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

public sealed class DoneRowsTests : IDisposable
{
    /// <summary>The heap that .NET takes in a container of 128 MB.</summary>
    private const string SmallHeap = "DOTNET_GCHeapHardLimit=0x6000000";

    private readonly TemporaryFolder _folder = new();
    private readonly FolderStore _store;

    public DoneRowsTests() => _store = new FolderStore(_folder.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_come_in_the_order_of_the_table_and_those_without_a_place_in_it_last()
    {
        var rows = Enumerable.Range(0, 1000).ToArray();
        new Random(1).Shuffle(rows);
        foreach (var (segment, some) in rows.Chunk(77).Index())
            await _store.PutAsync($"w-{segment}.jsonl", [.. some.Select(row => Line(Done($"id {row}", row: row % 100 == 0 ? null : row)))]);

        var read = await _store.ReadRowsAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Where(row => row % 100 > 0).Select(row => $"id {row}"), read.Take(990).Select(row => row.Id));
        Assert.Equal(Enumerable.Range(0, 10).Select(row => $"id {100 * row}"), read.Skip(990).Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.All(read.Skip(990), row => Assert.Null(row.Row));
        Assert.Equal(read.Select(row => row.Id), (await _store.ReadRowsAsync()).Select(row => row.Id));
    }

    [Fact]
    public async Task Of_several_lines_for_an_id_the_first_that_finished_counts_then_the_first_segment_and_line()
    {
        await _store.PutAsync("b-1.jsonl", Line(At("1", 5, "late")), Line(At("2", 5, "b")), Line(At("3", 5, "first")), Line(At("3", 5, "second")));
        await _store.PutAsync("a-2.jsonl", Line(At("1", 9, "later")), Line(At("2", 5, "a")));
        await _store.PutAsync("c-1.jsonl", Line(At("1", 2, "early")), Line(At("2", 5, "c")), Line(At("3", 5, "third")));

        var read = await _store.ReadRowsAsync();

        Assert.Equal(["1 early", "2 a", "3 first"], read.Select(row => $"{row.Id} {row.Worker}").Order());

        static TaskQueue.Records.DoneRecord At(string id, int finished, string worker) => Done(id, finished: finished) with { Worker = worker };
    }

    [Fact]
    public async Task Rows_that_were_found_done_are_no_results()
    {
        await _store.PutAsync("w-1.jsonl", Before("1"), Line(Done("2")), Before("2"));

        Assert.Equal(["2"], (await _store.ReadRowsAsync()).Select(row => row.Id));
    }

    [Fact]
    public async Task A_line_with_a_checksum_that_is_no_record_is_an_error_that_names_its_segment()
    {
        const string Content = "{\"id\":\"1\"";
        await _store.PutAsync("w-1.jsonl", Encoding.UTF8.GetBytes($"{Content},\"crc\":\"{Crc32C.Of(Encoding.UTF8.GetBytes(Content)).Value:x8}\"}}\n"));

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _store.ReadRowsAsync().AsTask());

        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Contains("w-1.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_megabyte_are_read_in_less_memory_than_they_take()
    {
        const int Segments = 20;
        const int Rows = 200;
        Directory.CreateDirectory(_folder[Folder]);
        for (var segment = 0; segment < Segments; segment++)
        {
            await using var file = File.Create(_folder[$"{Folder}w-{segment}.jsonl"]);
            for (var row = Rows - 1 - segment; row >= 0; row -= Segments)
                await file.WriteAsync(Line(Done($"{row}", row, length: 1 << 20)), Stop);
        }

        using var child = Child.StartThrough(["env", SmallHeap], "read-done", _folder.Path, TaskName);
        var answer = await child.Output.ReadLineAsync(Stop);
        var (code, error) = await child.WaitAsync(Stop);

        Assert.True(code == 0, error);
        Assert.Equal($"{Rows}", answer);
    }

    [Fact]
    public async Task Reading_may_be_given_up()
    {
        await _store.PutAsync("w-1.jsonl", Line(Done("1")), Line(Done("2")));

        await foreach (var row in new DoneRows(_store, JournalNames.Folder(TaskName)).ReadAsync(Stop))
            break;
        using var given = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in new DoneRows(_store, JournalNames.Folder(TaskName)).ReadAsync(given.Token))
                await given.CancelAsync();
        });
    }
}
