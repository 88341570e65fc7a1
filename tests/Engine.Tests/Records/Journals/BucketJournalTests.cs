using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>Journals in a bucket: one new object a group, which gathers for a time.</summary>
public sealed class BucketJournalTests
{
    private readonly TimerClock _clock = new();
    private readonly MemoryStore _bucket = new();
    private readonly ScriptedStore _store;

    public BucketJournalTests() => _store = new ScriptedStore(_bucket);

    [Fact]
    public async Task A_group_is_an_object_and_the_first_does_not_wait()
    {
        var writer = Open();
        await writer.AddAsync("1").Soon();

        Assert.Equal([$"{Folder}w-2.jsonl"], _bucket.Names);
        Assert.Equal(Line(Done("1")), _bucket.Find($"{Folder}w-2.jsonl")!);
        Assert.Equal(0, _clock.Waits);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(60, 40)]
    [InlineData(99, 1)]
    public async Task The_next_group_gathers_until_100_ms_after_the_last_write(int passed, int left)
    {
        var writer = Open();
        await writer.AddAsync("1").Soon();
        await _clock.LooksAsync(1).Soon();
        _clock.Advance(TimeSpan.FromMilliseconds(passed));

        var second = writer.AddAsync("2");
        Assert.Equal(TimeSpan.FromMilliseconds(left), await _clock.NextWaitAsync());
        var third = writer.AddAsync("3");
        _clock.Advance(TimeSpan.FromMilliseconds(left - 1));
        Assert.Single(_store.Written);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(second, third).Soon();

        Assert.Equal([$"{Folder}w-2.jsonl", $"{Folder}w-3.jsonl"], _store.Written);
        Assert.Equal([.. Line(Done("2")), .. Line(Done("3"))], _bucket.Find($"{Folder}w-3.jsonl")!);
    }

    [Fact]
    public async Task A_group_does_not_wait_when_the_last_write_was_longer_ago()
    {
        var writer = Open();
        for (var id = 1; id <= 3; id++)
        {
            await writer.AddAsync($"{id}").Soon();
            // Before and after each write; the first has none before it.
            await _clock.LooksAsync(id == 1 ? 1 : 2).Soon();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal((3, 0), (_store.Written.Count, _clock.Waits));
    }

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(int.MaxValue, 256, 0)]
    [InlineData(int.MaxValue, 4, 300_000)]
    public async Task A_group_that_is_full_or_that_every_slot_waits_for_closes_at_once(int groupRows, int rows, int length)
    {
        var writer = Open(groupRows);
        await writer.AddAsync("0").Soon();
        await _clock.LooksAsync(1).Soon();

        var group = Enumerable.Range(1, rows - 1).Select(id => writer.AddAsync($"{id}", length: length)).ToList();
        await _clock.NextWaitAsync();
        Assert.Single(_store.Written);
        group.Add(writer.AddAsync($"{rows}", length: length));
        await Task.WhenAll(group).Soon();

        Assert.Equal(2, _store.Written.Count);
    }

    [Fact]
    public async Task Each_run_of_a_group_has_an_object_of_its_own()
    {
        var writer = Open();
        await Task.WhenAll(writer.AddAsync("1", "a"), writer.AddAsync("2", "b"), writer.AddAsync("3", null)).Soon();

        Assert.Equal(["1", "2", "3"], await _store.ReadIdsAsync());
        Assert.Equal(3, _bucket.Names.Select(name => name[..name.LastIndexOf('/')]).Distinct().Count());
    }

    [Fact]
    public async Task Ten_thousand_short_rows_take_200_write_requests_at_the_most()
    {
        const int Slots = 128;
        var writer = new JournalWriter(_store, "w", Slots, TimeProvider.System);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Slots).Select(_ => AddAsync()));
        await writer.CompleteAsync().Soon();

        Assert.InRange(_store.Written.Count, 1, 200);
        Assert.Equal(Ids(10_000), await _store.ReadIdsAsync());

        async Task AddAsync()
        {
            while (Interlocked.Increment(ref next) is var id and <= 10_000)
                await writer.AddAsync($"{id}").Soon();
        }
    }

    [Fact]
    public async Task A_name_that_is_taken_is_never_written_and_the_line_gets_another()
    {
        await _store.PutAsync("w-2.jsonl", Line(Done("theirs")));
        var writer = Open();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => writer.AddAsync("1").Soon());
        await _clock.LooksAsync(1).Soon();
        _clock.Advance(TimeSpan.FromMilliseconds(100));
        await writer.AddAsync("1").Soon();

        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Equal(["1", "theirs"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task A_request_that_timed_out_and_comes_late_gives_no_row_twice()
    {
        var late = new List<(string Name, byte[] Content)>();
        var put = _store.Put;
        _store.Put = (name, content) =>
        {
            late.Add((name, content.ToArray()));
            throw new TaskQueueException(ExitCode.Unavailable, "timed out");
        };
        var writer = Open(groupRows: 1);
        await Assert.ThrowsAsync<TaskQueueException>(() => writer.AddAsync("1").Soon());
        await Assert.ThrowsAsync<TaskQueueException>(() => writer.AddAsync("1").Soon());
        _store.Put = put;
        await writer.AddAsync("1").Soon();
        await writer.AddAsync("2").Soon();
        await DeliverAsync(late[0]);
        await writer.CompleteAsync().Soon();
        await DeliverAsync(late[1]);

        Assert.Equal(["1", "2"], (await _store.ReadRowsAsync()).Select(row => row.Id).Order());
        Assert.Equal(_store.Written.Count, _store.Written.Distinct().Count());

        Task DeliverAsync((string Name, byte[] Content) request) => _bucket.WriteIfAbsentAsync(request.Name, request.Content);
    }

    [Fact]
    public async Task A_store_that_ignores_conditions_loses_nothing_because_no_name_is_written_twice()
    {
        var store = new ScriptedStore(new MemoryStore { IgnoresConditions = true });
        var put = store.Put;
        var requests = 0;
        // Some that were refused were taken all the same.
        store.Put = async (name, content) =>
        {
            var isNew = await put(name, content);
            return Interlocked.Increment(ref requests) % 3 > 0 ? isNew : throw new TaskQueueException(ExitCode.Unavailable, "no answer");
        };
        JournalWriter[] writers = [new(store, "a", 1, _clock), new(store, "b", 1, _clock)];

        for (var id = 1; id <= 300; id++)
        {
            while (await Record.ExceptionAsync(() => writers[id % 2].AddAsync($"{id}").Soon()) is TaskQueueException)
            {
            }
        }
        foreach (var writer in writers)
            await writer.CompleteAsync().Soon();

        Assert.Equal(store.Written.Count, store.Written.Distinct().Count());
        Assert.Equal(Ids(300), (await store.ReadRowsAsync()).Select(row => row.Id).Order(StringComparer.Ordinal));
    }

    private JournalWriter Open(int groupRows = int.MaxValue) => new(_store, "w", groupRows, _clock);
}
