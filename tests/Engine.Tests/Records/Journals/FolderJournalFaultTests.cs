using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>A disk that fails under a journal, and people who remove its files.</summary>
public sealed class FolderJournalFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedStore _store;
    private readonly JournalWriter _writer;

    public FolderJournalFaultTests()
    {
        _store = new ScriptedStore(new FolderStore(_folder.Path));
        _writer = new JournalWriter(_store, "w", groupRows: 1, new TimerClock());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_append_that_fails_half_way_fails_its_group_alone_and_its_segment_is_never_touched_again()
    {
        await _writer.AddAsync("1").Soon();
        await _writer.AddAsync("2", "other").Soon();

        var failed = await FailAsync(["3", "4", "5", "6"], alone: "7");
        var segment = await File.ReadAllBytesAsync(_folder[$"{Folder}w-1.jsonl"], Stop);
        foreach (var id in failed)
            await _writer.AddAsync(id).Soon();
        await _writer.AddAsync("8").Soon();
        await _writer.AddAsync("9", "other").Soon();

        Assert.Equal(segment, await File.ReadAllBytesAsync(_folder[$"{Folder}w-1.jsonl"], Stop));
        Assert.Equal(2, _store.Written.Count(name => name.StartsWith(Folder, StringComparison.Ordinal)));
        Assert.Equal(1, _store.Written.Count(name => name.Contains("/other/", StringComparison.Ordinal)));
        var rows = new DoneRows(_store, JournalNames.Folder(TaskName));
        Assert.Equal(Ids(9), (await rows.ReadAsync(Stop).Select(row => row.Id).ToListAsync(Stop)).Order(StringComparer.Ordinal));
        Assert.Equal(1, rows.Damaged);
    }

    [Fact]
    public async Task Failures_in_a_row_cost_a_segment_each_and_leave_no_file_open()
    {
        for (var round = 0; round < 5; round++)
            await FailAsync(["1", "2"], alone: null);
        await _writer.AddAsync("1").Soon();

        Assert.Equal(6, _store.Written.Count(name => name.StartsWith(Folder, StringComparison.Ordinal)));
        Assert.Equal(_store.Written.Count, _store.Written.Distinct().Count());
        Assert.Equal(2, _store.OpenFiles);
        Assert.Equal(["1"], (await _store.ReadRowsAsync()).Select(row => row.Id));
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_fails_its_group_and_the_next_one_gets_another_name()
    {
        var create = _store.Create;
        _store.Create = _ => throw new TaskQueueException(ExitCode.InputOutput, "no space left");
        await Assert.ThrowsAsync<TaskQueueException>(() => _writer.AddAsync("1").Soon());
        _store.Create = create;
        await _writer.AddAsync("1").Soon();

        Assert.Equal([$"{Folder}w-1.jsonl", $"{Folder}w-2.jsonl"], _store.Written);
        Assert.Equal(["1"], await _store.ReadIdsAsync());
    }

    [Theory]
    [InlineData(Folder + "w-1.jsonl")]
    [InlineData(".dltaskqueue")]
    public async Task A_segment_that_somebody_removed_takes_no_more_lines(string removed)
    {
        await _writer.AddAsync("1").Soon();
        if (File.Exists(_folder[removed]))
            File.Delete(_folder[removed]);
        else
            Directory.Delete(_folder[removed], recursive: true);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _writer.AddAsync("2").Soon());
        await _writer.AddAsync("2").Soon();

        Assert.Contains("w-1.jsonl", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Equal(["2"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task Every_kind_of_failure_is_told_to_who_added_the_line()
    {
        foreach (var failure in (Exception[])[new IOException(), new OperationCanceledException(), new InvalidOperationException()])
        {
            _store.Append = (_, _) => throw failure;
            Assert.Same(failure, await Record.ExceptionAsync(() => _writer.AddAsync("1").Soon()));
        }
        _store.Append = static (file, content) => file.AppendAsync(content);
        await _writer.AddAsync("1").Soon();

        Assert.Equal(["1"], await _store.ReadIdsAsync());
    }

    /// <summary>Half of the bytes of one group are written.</summary>
    /// <param name="ids">Lines of the group.</param>
    /// <param name="alone">A line of another run, which is written.</param>
    /// <returns>The ids whose callers were told.</returns>
    private async Task<List<string>> FailAsync(string[] ids, string? alone)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var failure = new IOException("The disk fails");
        _store.Append = (_, _) =>
        {
            started.TrySetResult();
            return go.Task;
        };
        // Holds the writer until the whole group is there.
        var first = _writer.AddAsync("0", "holding");
        await started.Task.Soon();
        var adds = ids.Select(id => (Id: id, Added: _writer.AddAsync(id))).ToList();
        var other = alone is null ? Task.CompletedTask : _writer.AddAsync(alone, "other");
        var whole = Line(Done(ids[0])).Length * ids.Length;
        _store.Append = (file, content) => content.Length == whole ? HalfAsync(file, content) : file.AppendAsync(content);
        go.SetResult();
        await Task.WhenAll(first, other).Soon();

        var told = new List<string>();
        foreach (var (id, added) in adds)
        {
            if (await Record.ExceptionAsync(() => added.Soon()) == failure)
                told.Add(id);
        }
        _store.Append = static (file, content) => file.AppendAsync(content);
        Assert.Equal(ids, told);
        return told;

        async Task HalfAsync(IAppendedFile file, ReadOnlyMemory<byte> content)
        {
            await file.AppendAsync(content[..((content.Length / 2) + 10)]);
            throw failure;
        }
    }
}
