using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>Small objects of a worker become one, and readers find every line meanwhile.</summary>
public sealed class BucketMergeTests
{
    private readonly MemoryStore _bucket = new();
    private readonly ScriptedStore _store;
    private readonly JournalWriter _writer;

    public BucketMergeTests()
    {
        _store = new ScriptedStore(_bucket);
        // Each line is a group.
        _writer = new JournalWriter(_store, "w", groupRows: 1, new TimerClock());
    }

    public static TheoryData<Exception> Failures =>
    [
        new TaskQueueException(ExitCode.Unavailable, "away"), new IOException("broken"), new OperationCanceledException("timed out"), new InvalidOperationException("odd"),
    ];

    [Theory]
    [InlineData(256, 0)]
    [InlineData(4, 300_000)]
    public async Task So_many_rows_or_bytes_are_merged_and_not_fewer(int rows, int length)
    {
        var merged = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var put = _store.Put;
        _store.Put = async (name, content) =>
        {
            var isNew = await put(name, content);
            if (content.Span.Count((byte)'\n') == rows)
                merged.SetResult(name);
            return isNew;
        };

        for (var id = 1; id < rows; id++)
            await _writer.AddAsync($"{id}", length: length).Soon();
        Assert.Equal(rows - 1, _store.Written.Count);
        await _writer.AddAsync($"{rows}", length: length).Soon();
        await merged.Task.Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Equal([await merged.Task], _bucket.Names);
        Assert.Equal($"{Folder}w-1.jsonl", _bucket.Names[0]);
        Assert.Equal(Ids(rows), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task What_is_left_is_merged_at_the_end_for_each_run()
    {
        for (var id = 1; id <= 30; id++)
            await _writer.AddAsync($"{id}", $"r{id % 3}").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Equal(3, _bucket.Names.Count);
        Assert.Equal(Ids(30), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task One_object_is_not_merged_with_itself()
    {
        await _writer.AddAsync("1").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Single(_store.Written);
    }

    [Fact]
    public async Task Runs_beyond_64_are_merged_when_they_are_put_away()
    {
        for (var id = 1; id <= 200; id++)
            await _writer.AddAsync($"{id}", $"r{(id - 1) / 2}").Soon();

        // A hundred runs of two lines each: those that are put away are merged.
        Assert.InRange(_bucket.Names.Count, 1, 200 - 36 + 1);
        await _writer.CompleteAsync().Soon();
        Assert.Equal(100, _bucket.Names.Count);
        Assert.Equal(Ids(200), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task Parts_are_deleted_only_when_the_merged_object_is_confirmed()
    {
        var confirmed = new ConcurrentDictionary<string, bool>();
        var early = new ConcurrentQueue<string>();
        var (put, delete) = (_store.Put, _store.Delete);
        _store.Put = async (name, content) =>
        {
            var isNew = await put(name, content);
            await Task.Yield();
            if (content.Span.Count((byte)'\n') > 1)
                confirmed[name] = true;
            return isNew;
        };
        _store.Delete = name =>
        {
            if (confirmed.IsEmpty)
                early.Enqueue(name);
            return delete(name);
        };

        for (var id = 1; id <= 10; id++)
            await _writer.AddAsync($"{id}").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Empty(early);
        Assert.Single(_bucket.Names);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_merged_object_that_cannot_be_written_loses_nothing_and_stops_nobody(Exception failure)
    {
        var put = _store.Put;
        _store.Put = (name, content) => content.Span.Count((byte)'\n') > 1 ? throw failure : put(name, content);

        for (var id = 1; id <= 300; id++)
            await _writer.AddAsync($"{id}").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Equal(300, _bucket.Names.Count);
        Assert.Equal(Ids(300), await _store.ReadIdsAsync());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Parts_that_cannot_be_deleted_give_no_row_twice(Exception failure)
    {
        var deletes = 0;
        var delete = _store.Delete;
        _store.Delete = name => Interlocked.Increment(ref deletes) % 7 == 5 ? throw failure : delete(name);

        for (var id = 1; id <= 600; id++)
            await _writer.AddAsync($"{id}").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.True(deletes > 5);
        Assert.Equal(Ids(600), (await _store.ReadRowsAsync()).Select(row => row.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_merged_name_that_is_taken_loses_nothing()
    {
        await _store.PutAsync("w-1.jsonl", Line(Done("theirs")));
        for (var id = 1; id <= 3; id++)
            await _writer.AddAsync($"{id}").Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Equal(["1", "2", "3", "theirs"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task Who_lists_before_a_merge_and_reads_after_it_finds_every_line()
    {
        for (var id = 1; id <= 20; id++)
            await _writer.AddAsync($"{id}").Soon();
        var open = _store.Open;
        var merge = new Lazy<Task>(_writer.CompleteAsync);
        _store.Open = async name =>
        {
            await merge.Value;
            return await open(name);
        };

        Assert.Equal(Ids(20), await _store.ReadIdsAsync());
        Assert.Single(_bucket.Names);
    }

    [Fact]
    public async Task Who_has_read_some_parts_before_a_merge_gives_each_row_once()
    {
        for (var id = 1; id <= 20; id++)
            await _writer.AddAsync($"{id}").Soon();
        var open = _store.Open;
        var opened = 0;
        var merge = new Lazy<Task>(_writer.CompleteAsync);
        _store.Open = async name =>
        {
            if (Interlocked.Increment(ref opened) > 10)
                await merge.Value;
            return await open(name);
        };

        Assert.Equal(Ids(20), (await _store.ReadRowsAsync()).Select(row => row.Id).Order(StringComparer.Ordinal));
        Assert.Single(_bucket.Names);
    }

    [Fact]
    public async Task A_merge_between_two_pages_of_a_listing_hides_no_line()
    {
        // A page ends after the place of the merged object, w-10, and before its parts, w-11 to w-18.
        for (var id = 1; id <= 16; id++)
            await _writer.AddAsync($"{id}", id <= 8 ? "q" : Run).Soon();
        for (var other = 1; other <= 991; other++)
            await _store.PutAsync($"a-{other}.jsonl", Before("other"));
        await _store.PutAsync("w-10x-1.jsonl", Before("other"));
        _bucket.BetweenPages = _writer.CompleteAsync;

        var ids = new DoneIds(_store, TaskName);
        await ids.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"{Folder}w-10.jsonl", _bucket.Names);
        Assert.Equal(16, ids.Count);
    }

    [Fact]
    public async Task Readers_find_every_acknowledged_line_at_every_moment_of_many_merges()
    {
        const int Lines = 3000;
        var acknowledged = 0;
        var writing = WriteAsync();
        bool isLast;
        do
        {
            isLast = writing.IsCompleted;
            var before = Volatile.Read(ref acknowledged);
            var ids = (await _store.ReadIdsAsync()).ToHashSet();
            Assert.All(Enumerable.Range(1, before), id => Assert.Contains($"{id}", ids));
        }
        while (!isLast);
        await writing;

        async Task WriteAsync()
        {
            for (var id = 1; id <= Lines; id++)
            {
                await _writer.AddAsync($"{id}").Soon();
                Volatile.Write(ref acknowledged, id);
            }
            await _writer.CompleteAsync().Soon();
        }
    }
}
