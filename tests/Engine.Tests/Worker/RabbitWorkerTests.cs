using System.Text;
using RabbitMQ.Client;
using TaskQueue.Queues;
using TaskQueue.Tests.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Workers on RabbitMQ, in processes of their own: what they do with tasks that end well, badly, or not at all.</summary>
public sealed class RabbitWorkerTests(RabbitServer server) : IAsyncLifetime
{
    private string _path = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _path = await server.NewQueueAsync();

    public async ValueTask DisposeAsync()
    {
        await using var queue = QueueKinds.Open(_path, "/");
        await queue.DeleteAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_was_inserted_before_any_worker_existed_is_worked_off_by_two()
    {
        const int Tasks = 200;
        using var project = Project("WORKER_CONCURRENCY=4");
        await project.InsertAsync(LedgerRow.Many(Tasks));
        await project.AssertCountsAsync(new QueueCounts(Tasks, 0, 0));

        var codes = await Task.WhenAll(project.StartWorker("--exit-when-empty").WaitAsync(), project.StartWorker("--exit-when-empty").WaitAsync());

        Assert.Equal([0, 0], codes);
        Assert.Equal(Tasks, project.Starts().Count());
        Assert.Equal(Tasks, (await project.DoneAsync()).Count);
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_worker_waits_for_the_last_task_of_another_before_it_finds_the_queue_empty()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        var busy = project.StartWorker();
        await busy.WaitForLineAsync("start long 1");
        var waiting = project.StartWorker("--exit-when-empty");

        await busy.KillAsync();

        await waiting.WaitForLineAsync("start long 1", "start long 2");
        await waiting.KillAsync();
    }

    [Fact]
    public async Task An_idle_worker_leaves_at_once_with_0()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("first")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done first 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(2) + Noise.Most);
    }

    [Fact]
    public async Task A_task_that_ends_within_the_grace_is_acknowledged_and_the_rest_is_left_alone()
    {
        using var project = Project("WORKER_DRAIN_SECONDS=20");
        await project.InsertAsync([new LedgerRow("three", "wait", 3000), new LedgerRow("next")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start three 1");

        var (code, _) = await worker.TerminateAsync();

        Assert.Equal(0, code);
        Assert.Equal("three", Assert.Single(await project.DoneAsync()).Id);
        await project.AssertCountsAsync(new QueueCounts(1, 0, 0));
        Assert.Equal(["three"], project.Starts());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(75, "--exit-when-empty")]
    public async Task A_task_longer_than_the_grace_is_given_back_at_once(int expected, params string[] options)
    {
        using var project = Project("WORKER_DRAIN_SECONDS=1");
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        var worker = project.StartWorker(options);
        await worker.WaitForLineAsync("start long 1");

        var (code, time) = await worker.TerminateAsync();

        Assert.Equal(expected, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3) + Noise.Most);
        await project.StartWorker().WaitForLineAsync("start long 1");
    }

    [Fact]
    public async Task A_task_that_kills_its_worker_is_parked_and_its_neighbours_are_done()
    {
        using var project = Project("TQ_MAX_ATTEMPTS=2", "WORKER_CONCURRENCY=2");
        await project.InsertAsync([.. LedgerRow.Many(5), new LedgerRow("killer", "die"), .. LedgerRow.Many(10).Skip(5)]);

        await project.WorkOffAsync();

        Assert.Equal(10, (await project.DoneAsync()).Count);
        Assert.Equal(2, project.Starts().Count(id => id == "killer"));
        Assert.Equal("killer", Assert.Single(await ParkedAsync()).Key.Id);
        await project.AssertCountsAsync(new QueueCounts(0, 0, 1));
    }

    [Fact]
    public async Task A_task_that_throws_is_parked_after_its_last_attempt_and_can_be_put_back()
    {
        using var project = Project("TQ_MAX_ATTEMPTS=3");
        await project.InsertAsync([new LedgerRow("bad", "throw"), new LedgerRow("never", "reject"), new LedgerRow("good")]);

        await project.WorkOffAsync();

        Assert.Equal("good", Assert.Single(await project.DoneAsync()).Id);
        Assert.Equal(["bad", "bad", "bad", "good", "never"], project.Starts().Order());
        var parked = (await ParkedAsync()).OrderBy(message => message.Key.Id).ToList();
        Assert.Equal([("bad", 3, "Row bad was told to fail."), ("never", 1, "Row never can never succeed.")],
            parked.Select(message => (message.Key.Id, message.Parking.Attempts, message.Parking.Reason)));

        await using var queue = project.OpenQueue();
        Assert.Equal(2, await queue.RequeueAsync(_ => true, Cancelled));
        await project.AssertCountsAsync(new QueueCounts(2, 0, 0));
    }

    [Fact]
    public async Task What_is_no_task_message_is_parked_with_its_reason_and_the_worker_lives()
    {
        using var project = Project();
        await project.InsertAsync([]);
        await PublishAsync("not JSON at all", "[1,2]", "{}", """{"v":9,"id":"x","task":"ledger","parameters":{}}""",
            """{"v":1,"id":"y","task":"nobody","parameters":{}}""", """{"v":1,"id":"z","task":"ledger","parameters":{"milliseconds":"many"}}""");
        await project.InsertAsync([new LedgerRow("good")]);

        await project.WorkOffAsync();

        Assert.Equal("good", Assert.Single(await project.DoneAsync()).Id);
        var parked = await ParkedAsync();
        Assert.Equal(6, parked.Count);
        Assert.All(parked, message => Assert.DoesNotContain("no reason", message.Parking.Reason, StringComparison.Ordinal));
        Assert.Contains(parked, message => message.Parking.Reason.Contains("version 9", StringComparison.Ordinal));
        Assert.Contains(parked, message => message.Parking.Reason.Contains("no task 'nobody'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_is_there_twice_runs_once()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("twice"), new LedgerRow("twice")], isRepeat: true);

        await project.WorkOffAsync();

        Assert.Equal(["twice"], project.Starts());
        await project.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Max_tasks_leaves_the_rest_in_the_queue()
    {
        using var project = Project("WORKER_CONCURRENCY=4");
        await project.InsertAsync(LedgerRow.Many(10));

        Assert.Equal(0, await project.StartWorker("--max-tasks", "3").WaitAsync());

        Assert.Equal(3, (await project.DoneAsync()).Count);
        await project.AssertCountsAsync(new QueueCounts(7, 0, 0));
    }

    [Fact]
    public async Task Messages_that_are_too_many_do_not_bounce_between_broker_and_worker()
    {
        using var project = Project("WORKER_CONCURRENCY=1", "WORKER_PREFETCH=16");
        await project.InsertAsync(LedgerRow.Many(10, "wait", 1500));

        Assert.Equal(0, await project.StartWorker("--max-tasks", "1").WaitAsync());

        await project.AssertCountsAsync(new QueueCounts(9, 0, 0));
        var deliveries = await DeliveriesAsync(9);
        Assert.All(deliveries, count => Assert.InRange(count, 0, 1));
    }

    [Fact]
    public async Task Messages_that_a_worker_holds_and_has_not_started_are_given_back_at_its_end()
    {
        const int Short = 10;
        using var project = Project("WORKER_DRAIN_SECONDS=30", "WORKER_CONCURRENCY=1", "WORKER_PREFETCH=16");
        await project.InsertAsync([new LedgerRow("long", "wait", 20_000), .. LedgerRow.Many(Short)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");
        worker.Signal("TERM");

        // Some of the short ones may have come before the long one.
        var other = project.StartWorker();
        while (project.ReadLedgers().Count(line => line is { Act: "done", Id: not "long" }) < Short)
            await other.NextLineAsync();

        Assert.DoesNotContain(project.ReadLedgers(), line => line is { Act: "done", Id: "long" });
        Assert.Equal(0, await worker.WaitAsync());
    }

    [Fact]
    public async Task Blocking_tasks_on_one_core_do_not_cost_the_connection()
    {
        // Three heartbeats long: the broker gives a connection up after two.
        const int Blocking = 32, Spinning = 4, Milliseconds = 45_000;
        Need.That(Need.Runs("taskset", "--version"), "taskset: apt-get install util-linux");
        using var project = Project($"WORKER_CONCURRENCY={Blocking + Spinning}");
        var rows = LedgerRow.Many(Blocking + Spinning).Select((row, i) => row with { Act = i < Blocking ? "block" : "spin", Milliseconds = Milliseconds }).ToList();
        await project.InsertAsync(rows);
        var worker = project.StartWorkerOnOneCore("--exit-when-empty");
        for (var started = 0; started < rows.Count; started++)
            await worker.NextLineAsync();
        var other = project.StartWorker("--exit-when-empty");

        var codes = await Task.WhenAll(worker.WaitAsync(), other.WaitAsync());

        Assert.Equal([0, 0], codes);
        Assert.Equal(rows.Select(row => row.Id), project.Starts().Order());
        Assert.Equal(rows.Count, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task A_queue_that_is_deleted_ends_its_workers_and_is_not_made_again()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("first")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done first 1");

        await using var queue = project.OpenQueue();
        await queue.DeleteAsync(Cancelled);

        Assert.Equal(69, await worker.WaitAsync());
        Assert.Contains("was deleted", await worker.ErrorAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(_path).AbsolutePath[1..], await (await server.StartedAsync()).ControlAsync("list_queues", "name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_under_a_running_worker_takes_its_task_and_leaves_the_worker()
    {
        using var project = Project();
        await project.InsertAsync([new LedgerRow("long", "wait", 60_000)]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("start long 1");

        await using var queue = project.OpenQueue();
        await queue.PurgeAsync(Cancelled);
        await worker.WaitForLineAsync("cancelled long 1");
        await project.InsertAsync([new LedgerRow("next")]);

        await worker.WaitForLineAsync("done next 1");
        Assert.Equal(0, (await worker.TerminateAsync()).Code);
        Assert.Empty(await project.FailedAsync());
    }

    private LedgerProject Project(params string[] settings) =>
        new([$"TASKQUEUE_PATH={_path}", .. settings]) { OtherQueue = () => QueueKinds.Open(_path, "/") };

    private async Task<List<ParkedMessage>> ParkedAsync()
    {
        await using var queue = QueueKinds.Open(_path, "/");
        return await queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled);
    }

    /// <summary>How often the broker has delivered each of these messages before.</summary>
    private async Task<List<long>> DeliveriesAsync(int messages)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancelled);
        var counts = new List<long>();
        while (counts.Count < messages)
        {
            var message = await channel.BasicGetAsync(new Uri(_path).AbsolutePath[1..], autoAck: false, Cancelled);
            counts.Add(Convert.ToInt64(message!.BasicProperties.Headers?.TryGetValue("x-delivery-count", out var count) == true ? count : 0, null));
        }
        return counts;
    }

    private Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { Uri = new Uri(_path.Replace(new Uri(_path).AbsolutePath, "", StringComparison.Ordinal)) }.CreateConnectionAsync(Cancelled);

    private async Task PublishAsync(params string[] bodies)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), Cancelled);
        foreach (var body in bodies)
            await channel.BasicPublishAsync("", new Uri(_path).AbsolutePath[1..], mandatory: true, Encoding.UTF8.GetBytes(body), Cancelled);
    }
}
