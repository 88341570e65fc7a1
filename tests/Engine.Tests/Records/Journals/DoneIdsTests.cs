using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using TaskQueue.Storage.Folder;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

public sealed class DoneIdsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedStore _files;
    private readonly ScriptedStore _bucket = new(new MemoryStore());

    public DoneIdsTests() => _files = new ScriptedStore(new FolderStore(_folder.Path));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_done_is_known_by_its_id_in_UTF_8(bool isFolder)
    {
        var store = isFolder ? _files : _bucket;
        string[] ids = ["1", "Übersee 🌍", "a \"b\"\\\n", "\u0001", new('x', 3000), "<&'+>", "\ufeff\u2028"];
        await store.PutAsync("w-1.jsonl", [.. ids.Select(id => Line(Done(id))), Line(Done("1")), Before("before")]);
        var done = new DoneIds(store, TaskName);

        Assert.Equal(0, done.Count);
        await done.RefreshAsync(Stop);

        Assert.All(ids, id => Assert.True(done.Contains(Encoding.UTF8.GetBytes(id))));
        Assert.All(ids.Append("before"), id => Assert.False(done.Contains(Encoding.UTF8.GetBytes(id == "before" ? id : id + " "))));
        Assert.Equal(ids.Length, done.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_reads_only_what_is_new(bool isFolder)
    {
        var store = isFolder ? _files : _bucket;
        var writer = new JournalWriter(store, "w", groupRows: 1, new TimerClock());
        for (var id = 1; id <= 50; id++)
            await writer.AddAsync($"{id}", length: 5000).Soon();
        var done = new DoneIds(store, TaskName);
        await done.RefreshAsync(Stop);
        var before = store.BytesRead;

        await done.RefreshAsync(Stop);
        Assert.Equal(before, store.BytesRead);
        await writer.AddAsync("51", length: 10).Soon();
        await done.RefreshAsync(Stop);

        Assert.Equal(Line(Done("51", length: 10)).Length, store.BytesRead - before);
        Assert.Equal(51, done.Count);
        await writer.CompleteAsync().Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_that_failed_may_be_repeated_and_then_knows_every_row(bool isFolder)
    {
        var store = isFolder ? _files : _bucket;
        for (var segment = 1; segment <= 20; segment++)
            await store.PutAsync($"w-{segment}.jsonl", [.. Enumerable.Range(1, 50).Select(line => Line(Done($"{segment} {line}", length: 10_000)))]);
        var done = new DoneIds(store, TaskName);
        var random = new Random(1);

        for (var round = 0; round < 10; round++)
        {
            var left = random.Next(10);
            store.Read = (_, _) =>
            {
                if (Interlocked.Decrement(ref left) < 0)
                    throw new IOException("The disk fails");
            };
            await Assert.ThrowsAsync<TaskQueueException>(() => done.RefreshAsync(Stop));
        }
        store.Read = static (_, _) => { };
        await done.RefreshAsync(Stop);

        Assert.Equal((1000, 0), (done.Count, done.Damaged));
    }

    [Fact]
    public async Task Damaged_lines_are_counted_and_are_not_done()
    {
        await _files.PutAsync("w-1.jsonl", Line(Done("1")), Line(Done("2"))[5..], Line(Done("3"))[..^2]);
        var done = new DoneIds(_files, TaskName);
        await done.RefreshAsync(Stop);
        await done.RefreshAsync(Stop);

        Assert.Equal((1, 2), (done.Count, done.Damaged));
    }

    [Fact]
    public async Task A_store_that_refuses_is_no_empty_store()
    {
        await _files.PutAsync("w-1.jsonl", Line(Done("1")));
        _files.Open = _ => throw new TaskQueueException(ExitCode.Permission, "no");
        var done = new DoneIds(_files, TaskName);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => done.RefreshAsync(Stop));

        Assert.Equal((ExitCode.Permission, 0), (error.ExitCode, done.Count));
    }
}
