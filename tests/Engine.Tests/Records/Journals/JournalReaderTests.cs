using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

public sealed class JournalReaderTests : IDisposable
{
    /// <summary>What the reader asks for at once.</summary>
    private const int BufferBytes = 1 << 18;

    private readonly TemporaryFolder _folder = new();
    private readonly FolderStore _store;

    public JournalReaderTests() => _store = new FolderStore(_folder.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task There_is_nothing_before_the_first_line() => Assert.Empty(await _store.ReadIdsAsync());

    [Fact]
    public async Task Files_that_are_no_segments_are_passed_over()
    {
        await _store.PutAsync("w-1.jsonl", Line(Done("1")));
        foreach (var name in (string[])["._w-1.jsonl", ".DS_Store", "w-1.jsonl.bak", "w.jsonl", "w-1.json", "w-1.jsonl\n", "-1.jsonl", "w-x.jsonl"])
            await _store.PutAsync(name, Line(Done("2")));
        await _store.WriteAsync(".dltaskqueue/done/Vegetation/w-1.jsonl", Line(Done("3")), Stop);
        await _store.WriteAsync(".dltaskqueue/done/Vegetation/r1/copy/w-1.jsonl", Line(Done("3")), Stop);
        await _store.WriteAsync(".dltaskqueue/done/Vegetation2/r1/w-1.jsonl", Line(Done("4")), Stop);

        Assert.Equal(["1"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task Lines_that_end_at_and_around_the_edge_of_the_buffer_and_longer_ones_are_whole()
    {
        var rest = Line(Done("1")).Length;
        int[] lengths = [BufferBytes - rest - 1, 0, BufferBytes - rest, 1, BufferBytes - rest + 1, (3 * BufferBytes) + 5, 2, (1 << 20) - rest, 3];
        var records = lengths.Select((length, number) => Done($"{number}", length: length)).ToList();
        await _store.PutAsync("w-1.jsonl", [.. records.Select(Line)]);

        var read = new List<DoneLength>();
        var reader = new JournalReader(_store, JournalNames.Folder(TaskName));
        await reader.ReadNewAsync((_, line) => read.Add(new(JournalLine.Read(line).Id, JournalLine.Read(line).Result.GetString()!.Length)), Stop);

        Assert.Equal(lengths.Select((length, number) => new DoneLength($"{number}", length)), read);
        Assert.Equal((0, records.Sum(record => Line(record).Length)), (reader.Damaged, reader.BytesRead));
    }

    [Fact]
    public async Task A_last_line_that_is_unfinished_is_damaged_until_it_is_finished_and_comes_once()
    {
        var (first, second) = (Line(Done("1")), Line(Done("2")));
        await _store.PutAsync("w-1.jsonl", first);
        var ids = new List<string>();
        var reader = new JournalReader(_store, JournalNames.Folder(TaskName));

        for (var end = 1; end < second.Length; end++)
        {
            await File.AppendAllBytesAsync(_folder[$"{Folder}w-1.jsonl"], second[(end - 1)..end], Stop);
            await ReadAsync();
            Assert.Equal(["1"], ids);
            Assert.Equal(1, reader.Damaged);
        }
        await File.AppendAllBytesAsync(_folder[$"{Folder}w-1.jsonl"], second[^1..], Stop);
        await ReadAsync();
        await ReadAsync();

        Assert.Equal(["1", "2"], ids);
        Assert.Equal(0, reader.Damaged);

        Task ReadAsync() => reader.ReadNewAsync((_, line) => ids.Add(JournalLine.Read(line).Id), Stop);
    }

    [Fact]
    public async Task Damaged_lines_are_counted_once_and_their_neighbours_are_read()
    {
        var damaged = Line(Done("2"));
        damaged[5] ^= 1;
        await _store.PutAsync("w-1.jsonl", Line(Done("1")), damaged, "\n"u8.ToArray(), "{\"foreign\":true}\n"u8.ToArray(), Line(Done("3")), Line(Done("4"))[..^9]);
        var ids = new List<string>();
        var reader = new JournalReader(_store, JournalNames.Folder(TaskName));

        for (var round = 0; round < 3; round++)
            await reader.ReadNewAsync((_, line) => ids.Add(JournalLine.Read(line).Id), Stop);

        Assert.Equal(["1", "3"], ids);
        Assert.Equal(4, reader.Damaged);
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_passed_over()
    {
        await _store.PutAsync("w-1.jsonl", Line(Done("1")));
        File.CreateSymbolicLink(_folder[$"{Folder}w-2.jsonl"], _folder["nowhere"]);

        var reading = Task.Run(_store.ReadIdsAsync, Stop);
        await reading.Soon();

        Assert.Equal(["1"], await reading);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_failed_half_way_goes_on_where_it_was_and_gives_no_line_twice(bool canAppend)
    {
        var store = new ScriptedStore(canAppend ? _store : new MemoryStore());
        const int Lines = 300;
        await store.PutAsync("w-1.jsonl", [.. Ids(Lines).Select(id => Line(Done(id, length: 10_000)))]);
        var ids = new List<string>();
        var reader = new JournalReader(store, JournalNames.Folder(TaskName));

        for (var failAt = 1; failAt <= 3; failAt++)
        {
            var reads = 0;
            store.Read = (_, _) =>
            {
                if (++reads > failAt)
                    throw new IOException("The disk fails");
            };
            var error = await Assert.ThrowsAsync<TaskQueueException>(ReadAsync);
            Assert.Equal(canAppend ? ExitCode.InputOutput : ExitCode.Unavailable, error.ExitCode);
            Assert.Contains("w-1.jsonl", error.Message, StringComparison.Ordinal);
        }
        Assert.InRange(ids.Count, 1, Lines - 1);
        store.Read = static (_, _) => { };
        await ReadAsync();
        await ReadAsync();

        Assert.Equal(Ids(Lines), ids);

        Task ReadAsync() => reader.ReadNewAsync((_, line) => ids.Add(JournalLine.Read(line).Id), Stop);
    }

    [Fact]
    public async Task What_is_read_while_it_is_written_is_never_damaged_twice_or_missing()
    {
        const int Lines = 400;
        await using var file = await OpenAppendedAsync();
        var ids = new List<string>();
        var reader = new JournalReader(_store, JournalNames.Folder(TaskName));
        var writing = Task.Run(
            async () =>
            {
                for (var id = 1; id <= Lines; id++)
                {
                    // In pieces, so that a reader meets unfinished lines.
                    var line = Line(Done($"{id}", length: id * 37 % 5000));
                    await file.WriteAsync(line.AsMemory(0, line.Length / 2), Stop);
                    await file.WriteAsync(line.AsMemory(line.Length / 2), Stop);
                }
            },
            Stop);

        bool isLast;
        do
        {
            isLast = writing.IsCompleted;
            await reader.ReadNewAsync((_, line) => ids.Add(JournalLine.Read(line).Id), Stop);
        }
        while (!isLast);

        await writing;
        Assert.Equal(Enumerable.Range(1, Lines).Select(id => $"{id}"), ids);
        Assert.Equal(0, reader.Damaged);
    }

    private async Task<FileStream> OpenAppendedAsync()
    {
        await _store.PutAsync("w-1.jsonl");
        return new FileStream(_folder[$"{Folder}w-1.jsonl"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    private sealed record DoneLength(string Id, int Length);
}
