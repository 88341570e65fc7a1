using System.Collections.Concurrent;
using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using static TaskQueue.Tests.Records.Journals.TestLines;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>Journals in a folder: files that grow, a group of lines at a time.</summary>
public sealed class FolderJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TimerClock _clock = new();
    private readonly ScriptedStore _store;
    private readonly JournalWriter _writer;

    public FolderJournalTests()
    {
        _store = new ScriptedStore(new FolderStore(_folder.Path));
        // A line that is alone waits for no other.
        _writer = new JournalWriter(_store, "w", groupRows: 1, _clock);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_of_many_callers_are_durable_when_their_tasks_end_and_are_in_one_file()
    {
        const int Callers = 8;
        const int Lines = 50;
        var durable = new ConcurrentDictionary<string, bool>();
        _store.Append = async (file, content) =>
        {
            await file.AppendAsync(content);
            foreach (var line in Encoding.UTF8.GetString(content.Span).TrimEnd('\n').Split('\n'))
                durable[JournalLine.Read(Encoding.UTF8.GetBytes(line)).Id] = true;
        };

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                for (var line = 1; line <= Lines; line++)
                {
                    await _writer.AddAsync($"{(caller * Lines) + line}").Soon();
                    Assert.True(durable.ContainsKey($"{(caller * Lines) + line}"));
                }
            },
            Stop)));
        await _writer.CompleteAsync().Soon();

        Assert.Equal(Ids(Callers * Lines), await _store.ReadIdsAsync());
        Assert.Equal([$"{Folder}w-1.jsonl"], _store.Written);
        Assert.Equal(0, _store.OpenFiles);
    }

    [Fact]
    public async Task What_gathers_during_a_write_is_one_group()
    {
        var (started, go) = Gate();
        _store.Append = async (file, content) =>
        {
            started.TrySetResult();
            await go.Task;
            await file.AppendAsync(content);
        };

        var first = _writer.AddAsync("1");
        await started.Task.Soon();
        var rest = Enumerable.Range(2, 999).Select(id => _writer.AddAsync($"{id}")).ToList();
        go.SetResult();
        await Task.WhenAll([first, .. rest]).Soon();

        Assert.Equal(2, _store.Appends);
        Assert.Equal(Ids(1000), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task A_lone_line_does_not_wait_and_what_follows_it_at_once_gathers_for_5_ms()
    {
        var writer = new JournalWriter(_store, "w", int.MaxValue, _clock);
        await writer.AddAsync("1").Soon();
        await _clock.LooksAsync(1).Soon();
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await writer.AddAsync("2").Soon();
        // Before and after the write.
        await _clock.LooksAsync(2).Soon();
        Assert.Equal(0, _clock.Waits);

        var third = writer.AddAsync("3");
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _clock.NextWaitAsync());
        var fourth = writer.AddAsync("4");
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        await Task.WhenAll(third, fourth).Soon();

        Assert.Equal(3, _store.Appends);
        await writer.CompleteAsync().Soon();
    }

    [Fact]
    public async Task No_line_is_forgotten_while_the_writer_pauses_and_goes_on()
    {
        const int Callers = 4;
        const int Lines = 5000;
        _store.Append = static (_, _) => Task.CompletedTask;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(caller);
                for (var line = 0; line < Lines; line++)
                {
                    await _writer.AddAsync($"{caller}-{line}").Soon();
                    Thread.SpinWait(random.Next(2000));
                }
            },
            Stop)));
        await _writer.CompleteAsync().Soon();
    }

    [Fact]
    public async Task A_segment_ends_at_64_MiB()
    {
        var line = new byte[8 << 20];
        var lines = new Dictionary<IAppendedFile, int>();
        _store.Append = (file, _) =>
        {
            lines[file] = lines.GetValueOrDefault(file) + 1;
            return Task.CompletedTask;
        };
        for (var id = 1; id <= 9; id++)
            await _writer.AddAsync(TaskName, Run, line, hasResult: true).Soon();
        await _writer.CompleteAsync().Soon();

        Assert.Equal([$"{Folder}w-1.jsonl", $"{Folder}w-2.jsonl"], _store.Written);
        Assert.Equal([8, 1], lines.Values);
    }

    [Fact]
    public async Task Each_run_of_any_name_has_a_folder_of_its_own()
    {
        string?[] runs = [null, "~", "a b", "A B", "a B", "../x", "Übersee", new('x', 500), "nul", ".r"];
        for (var run = 0; run < runs.Length; run++)
            await _writer.AddAsync($"{run + 1}", runs[run]).Soon();
        await _writer.AddAsync($"{runs.Length + 1}", "").Soon();
        await _writer.CompleteAsync().Soon();

        var folders = Directory.GetDirectories(_folder[$".dltaskqueue/done/{TaskName}"]).Select(Path.GetFileName).ToList();
        Assert.Equal(runs.Length, folders.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("~", folders);
        Assert.Equal(2, (await File.ReadAllLinesAsync(_folder[$".dltaskqueue/done/{TaskName}/~/w-1.jsonl"], Stop)).Length);
        Assert.Equal(Ids(runs.Length + 1), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task A_worker_name_may_be_any_text()
    {
        var writer = new JournalWriter(_store, "My host/.. 1", int.MaxValue, _clock);
        await writer.AddAsync("1").Soon();
        await writer.CompleteAsync().Soon();

        Assert.StartsWith(Folder, Assert.Single(_store.Written), StringComparison.Ordinal);
        Assert.Equal(["1"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task At_most_64_runs_are_open_however_many_a_group_has()
    {
        var (started, go) = Gate();
        _store.Append = async (file, content) =>
        {
            started.TrySetResult();
            await go.Task;
            await file.AppendAsync(content);
        };

        var first = _writer.AddAsync("1", "r1");
        await started.Task.Soon();
        var rest = Enumerable.Range(2, 399).Select(id => _writer.AddAsync($"{id}", $"r{id % 200}")).ToList();
        go.SetResult();
        await Task.WhenAll([first, .. rest]).Soon();
        await _writer.AddAsync("401").Soon();

        Assert.InRange(_store.MostOpen, 1, 64);
        await _writer.CompleteAsync().Soon();
        Assert.Equal(0, _store.OpenFiles);
        Assert.Equal(Ids(401), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task A_run_that_is_written_to_all_the_time_keeps_its_segment()
    {
        for (var id = 1; id <= 200; id++)
            await Task.WhenAll(_writer.AddAsync($"{id}"), _writer.AddAsync($"{id + 200}", $"other {id}")).Soon();

        Assert.Single(_store.Written, name => name.StartsWith(Folder, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_there_is_never_touched(bool isEmpty)
    {
        byte[] theirs = isEmpty ? [] : "theirs"u8.ToArray();
        await _store.PutAsync("w-1.jsonl", theirs);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => _writer.AddAsync("1").Soon());
        await _writer.AddAsync("1").Soon();

        Assert.Equal(ExitCode.InputOutput, error.ExitCode);
        Assert.Equal(theirs, await File.ReadAllBytesAsync(_folder[$"{Folder}w-1.jsonl"], Stop));
        Assert.True(File.Exists(_folder[$"{Folder}w-2.jsonl"]));
        Assert.Equal(["1"], await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task Workers_of_the_same_name_lose_nothing()
    {
        const int Lines = 100;
        var other = new JournalWriter(_store, "w", groupRows: 1, _clock);

        await Task.WhenAll(Enumerable.Range(1, 2 * Lines).Select(async id =>
        {
            while (true)
            {
                try
                {
                    await (id <= Lines ? _writer : other).AddAsync($"{id}", $"r{id % 5}").Soon();
                    return;
                }
                catch (TaskQueueException)
                {
                    // The other was faster.
                }
            }
        }));

        Assert.Equal(Ids(2 * Lines), await _store.ReadIdsAsync());
    }

    [Fact]
    public async Task A_writer_has_no_room_until_what_waits_is_written()
    {
        var (started, go) = Gate();
        var (lastStarted, lastGo) = Gate();
        _store.Append = async (_, content) =>
        {
            (content.Length < 1000 ? started : lastStarted).TrySetResult();
            await (content.Length < 1000 ? go : lastGo).Task;
        };

        Assert.True(_writer.WhenRoom.IsCompleted);
        var all = new List<Task> { _writer.AddAsync("1") };
        await started.Task.Soon();
        all.AddRange(Enumerable.Range(2, JournalWriter.MostRows - 2).Select(id => _writer.AddAsync($"{id}")));
        Assert.True(_writer.WhenRoom.IsCompleted);
        all.AddRange(Enumerable.Range(JournalWriter.MostRows, 2).Select(id => _writer.AddAsync($"{id}")));
        var room = _writer.WhenRoom;
        go.SetResult();
        await lastStarted.Task.Soon();
        Assert.False(room.IsCompleted);
        lastGo.SetResult();
        await room.Soon();
        await Task.WhenAll(all).Soon();
    }

    private static (TaskCompletionSource Started, TaskCompletionSource Go) Gate() =>
        (new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously));
}
