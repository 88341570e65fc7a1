using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Settings;
using TaskQueue.Storage.Folder;
using TaskQueue.Worker;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Tests.Worker;

/// <summary>Attempts at messages of a queue that counts deliveries only: they are counted in the failed record.</summary>
public sealed class BrokerAttemptTests : IAsyncLifetime
{
    private const string Run = "run-1";

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;

    public BrokerAttemptTests() => _services = Services();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private RecordStore Records => _services.GetRequiredService<RecordStore>();

    /// <summary>A message of a run without a record leaves its own under no run.</summary>
    public async ValueTask InitializeAsync() => await Records.Runs.WriteAsync(
        new RunRecord
        {
            Run = Run, Task = "echo", Table = "t", TableHash = "", Rows = 1, Finished = 0, Queued = 1, AlreadyQueued = 0, Command = "", Build = "1",
            Started = DateTimeOffset.UnixEpoch,
        },
        Cancelled);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_task_that_throws_runs_as_often_as_allowed_and_is_parked()
    {
        var first = await ExecuteAsync("throw", isRepeat: false);
        var second = await ExecuteAsync("throw", isRepeat: true);
        var third = await ExecuteAsync("throw", isRepeat: true);

        Assert.Equal(
            [(TaskOutcome.Failed, 1), (TaskOutcome.Failed, 2), (TaskOutcome.Parked, 3)],
            new[] { first, second, third }.Select(report => (report.Outcome, report.Attempt)));
        Assert.True((await FailedAsync())?.Parked);
    }

    [Fact]
    public async Task A_repeat_is_on_record_before_it_runs_so_that_a_dead_worker_is_charged()
    {
        using var delivery = new Delivery { IsRepeat = true };
        var running = ExecuteAsync(Message("sleep"), delivery);
        var record = await WaitForRecordAsync();
        await delivery.LoseAsync();

        Assert.Equal(TaskOutcome.LeaseLost, (await running).Outcome);
        Assert.Equal((2, false, false), (record.Attempt, record.HasEnded, record.Parked));
        Assert.Equal(2, (await FailedAsync())?.Attempt);
    }

    [Fact]
    public async Task A_task_whose_worker_died_in_its_last_attempt_is_parked_without_another_run()
    {
        await Records.Failed.WriteAsync(Unfinished(attempt: 3), Cancelled);

        var report = await ExecuteAsync(act: null, isRepeat: true);

        Assert.Equal(TaskOutcome.Parked, report.Outcome);
        Assert.Contains("died", (await FailedAsync())?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_that_is_given_back_does_not_count()
    {
        await ExecuteAsync("throw", isRepeat: false);
        var running = ExecuteAsync(Message("sleep"), new Delivery { IsRepeat = true });
        while ((await FailedAsync())?.Attempt != 2)
            await Task.Delay(10, Cancelled);

        _services.GetRequiredService<WorkerLifetime>().DrainWithin(TimeSpan.Zero);

        Assert.Equal(TaskOutcome.GivenBack, (await running).Outcome);
        var record = await FailedAsync();
        Assert.Equal((1, true), (record?.Attempt, record?.HasEnded));
    }

    [Fact]
    public async Task A_first_attempt_that_is_given_back_is_the_first_once_more_and_no_suspect()
    {
        using var delivery = new Delivery();
        // Once the run is known, nothing is read before the task starts: it has started when this returns.
        await _services.GetRequiredService<KnownRuns>().FindAsync(Run);
        var running = ExecuteAsync(Message("sleep"), delivery);
        _services.GetRequiredService<WorkerLifetime>().DrainWithin(TimeSpan.Zero);
        Assert.Equal(TaskOutcome.GivenBack, (await running).Outcome);
        var record = await FailedAsync();
        Assert.Equal((0, true, false), (record?.Attempt, record?.HasEnded, record?.Parked));

        await using var next = Services();
        var again = await ExecuteAsync(Message(act: null), new Delivery { IsRepeat = true }, next);

        Assert.Equal(TaskOutcome.Done, again.Outcome);
        Assert.Equal(1, again.Result.GetProperty("attempt").GetInt32());
        Assert.Null(await FailedAsync());
    }

    [Fact]
    public async Task A_repeat_of_which_nothing_is_known_runs_even_where_one_attempt_is_all()
    {
        await using var strict = Services(maxAttempts: 1);

        var report = await ExecuteAsync(Message(act: null), new Delivery { IsRepeat = true }, strict);

        Assert.Equal(TaskOutcome.Done, report.Outcome);
    }

    [Fact]
    public async Task A_repeat_that_succeeds_leaves_no_failed_record()
    {
        await ExecuteAsync("throw", isRepeat: false);

        Assert.Equal(TaskOutcome.Done, (await ExecuteAsync(act: null, isRepeat: true)).Outcome);
        Assert.Null(await FailedAsync());
    }

    [Fact]
    public async Task The_failed_record_of_an_earlier_run_counts_for_nothing()
    {
        await Records.Failed.WriteAsync(Unfinished(attempt: 3) with { Run = "run-0", Parked = true, HasEnded = true }, Cancelled);

        Assert.Equal(TaskOutcome.Done, (await ExecuteAsync(act: null, isRepeat: true)).Outcome);
    }

    [Fact]
    public async Task A_task_that_was_recorded_as_parked_is_parked_again_without_a_run()
    {
        await Records.Failed.WriteAsync(Unfinished(attempt: 1) with { Parked = true, HasEnded = true, Message = "it broke" }, Cancelled);

        var report = await ExecuteAsync(act: null, isRepeat: true);

        Assert.Equal((TaskOutcome.Parked, "it broke"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_suspect_waits_for_its_neighbours_and_a_failed_task_does_not()
    {
        using var neighbour = new Delivery();
        var running = ExecuteAsync(Message("sleep", id: 7), neighbour);
        await ExecuteAsync("throw", isRepeat: false);

        Assert.Equal(TaskOutcome.Failed, (await ExecuteAsync("throw", isRepeat: true)).Outcome);
        var suspect = ExecuteAsync(Message(act: null, id: 8), new Delivery { IsRepeat = true });
        Assert.False(suspect.IsCompleted);
        await neighbour.LoseAsync();

        await running;
        Assert.Equal(TaskOutcome.Done, (await suspect).Outcome);
    }

    private ServiceProvider Services(int maxAttempts = 3)
    {
        var store = new FolderStore(_folder["output"]);
        return new ServiceCollection().AddLogging().AddExecutor(
            new TaskQueueSettings { ProjectRoot = _folder.Path, MaxAttempts = maxAttempts },
            new TaskCatalog(typeof(SampleProgram.EchoTask).Assembly), store, new RecordStore(store), "1.0")
            .BuildServiceProvider();
    }

    private Task<TaskReport> ExecuteAsync(string? act, bool isRepeat) => ExecuteAsync(Message(act), new Delivery { IsRepeat = isRepeat });

    private async Task<TaskReport> ExecuteAsync(TaskMessage message, Delivery delivery, IServiceProvider? services = null)
    {
        await (services ?? _services).GetRequiredService<TaskExecutor>().RunAsync(message, delivery);
        return await delivery.Report!;
    }

    private Task<FailedRecord?> FailedAsync() => Records.Failed.FindLastAsync("echo", "1", Cancelled);

    private async Task<FailedRecord> WaitForRecordAsync()
    {
        while (true)
        {
            if (await FailedAsync() is { } record)
                return record;
            await Task.Delay(10, Cancelled);
        }
    }

    private static TaskMessage Message(string? act, long id = 1) => new()
    {
        V = 1,
        Id = id.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Task = "echo",
        Run = Run,
        Parameters = JsonSerializer.SerializeToElement(new { id, value = 0.5, act }),
    };

    private static FailedRecord Unfinished(int attempt) => new()
    {
        Id = "1",
        Task = "echo",
        Run = Run,
        Parameters = JsonSerializer.SerializeToElement(new { id = 1 }),
        Message = "It is running.",
        Parked = false,
        HasEnded = false,
        Started = DateTimeOffset.UnixEpoch,
        Finished = DateTimeOffset.UnixEpoch,
        Attempt = attempt,
        Worker = "w",
        Build = "1.0",
        PeakMemoryBytes = 1,
    };

    private sealed class Delivery : ITaskDelivery, IDisposable
    {
        private readonly CancellationTokenSource _lost = new();

        public int? Attempt => null;

        public bool IsRepeat { get; init; }

        public CancellationToken Lost => _lost.Token;

        public Task<TaskReport>? Report { get; set; }

        public bool IsStillHeld() => !_lost.IsCancellationRequested;

        public Task LoseAsync() => _lost.CancelAsync();

        public void Dispose() => _lost.Dispose();
    }
}
