using Microsoft.Extensions.Time.Testing;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Storage.Folder;
using TaskQueue.Tests.Records.Journals;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Tests.Worker;

/// <summary>What a worker knows of runs is no older than a heartbeat, or it asks.</summary>
public sealed class KnownRunsTests : IDisposable
{
    private static readonly HashSet<string> Nothing = [];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordStore _records;
    private readonly KnownRuns _runs;
    private bool _isAway;

    public KnownRunsTests()
    {
        var store = new ScriptedStore(new FolderStore(_folder.Path)) { BeforeRead = () => _isAway ? throw new IOException("The disk is away.") : Task.CompletedTask };
        _records = new RecordStore(store);
        _runs = new KnownRuns(_records, _clock);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_is_cancelled_ends_with_the_next_heartbeat_and_its_running_tasks_with_it()
    {
        await WriteAsync("r");
        var run = await _runs.FindAsync("r");
        await _records.Runs.CancelAsync("r", _clock.GetUtcNow(), Stop);
        Assert.Same(run, await _runs.FindAsync("r"));
        Assert.False(run.IsEnded);

        await _runs.RefreshAsync(Nothing, Stop);

        Assert.Same(run, await _runs.FindAsync("r"));
        Assert.Equal((true, false, true), (run.IsEnded, run.IsDeleted, run.Cancelled.IsCancellationRequested));
    }

    [Fact]
    public async Task Without_a_heartbeat_a_run_is_read_again_before_it_is_used_and_when_it_cannot_be_read_it_is_not()
    {
        await WriteAsync("r");
        var run = await _runs.FindAsync("r");
        await _records.Runs.CancelAsync("r", _clock.GetUtcNow(), Stop);
        _clock.Advance(2 * KnownRuns.Heartbeat);
        _isAway = true;

        await Assert.ThrowsAnyAsync<Exception>(() => _runs.RefreshAsync(new HashSet<string> { "r" }, Stop));
        await Assert.ThrowsAnyAsync<Exception>(async () => await _runs.FindAsync("r"));
        _isAway = false;

        Assert.True((await _runs.FindAsync("r")).IsEnded);
        Assert.True(run.IsEnded);
    }

    [Fact]
    public async Task Runs_without_a_record_share_the_place_of_those_without_a_name()
    {
        Assert.Null((await _runs.FindAsync("foreign")).Name);
        Assert.Same(KnownRun.None, await _runs.FindAsync(null));

        await WriteAsync("foreign");
        await _runs.RefreshAsync(Nothing, Stop);

        Assert.Equal("foreign", (await _runs.FindAsync("foreign")).Name);
    }

    [Fact]
    public async Task Late_messages_of_a_deleted_run_are_known_by_its_end()
    {
        await WriteAsync("r");
        await _records.Runs.DeleteAsync((await _records.Runs.FindAsync("r", Stop))!, _clock.GetUtcNow(), _ => { }, Stop);

        Assert.True((await _runs.FindAsync("r")).IsDeleted);
    }

    private Task WriteAsync(string run) => _records.Runs.WriteAsync(
        new RunRecord
        {
            Run = run, Task = "t", Table = "tasks.feather", TableHash = "ab", Rows = 1, Finished = 0, Selected = 1, Queued = 1, AlreadyQueued = 0,
            Command = "insert-tasks", Build = "1", Started = _clock.GetUtcNow(),
        },
        Stop);
}
