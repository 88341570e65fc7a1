using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>A broker that dies while workers are at work.</summary>
public sealed class RabbitBrokerDeathTests
{
    /// <summary>A broker that ends in order does less harm: at night.</summary>
    public static TheoryData<bool> Kills => Nightly.Number("ALL_KINDS", 0) == 1 ? [true, false] : [true];

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_broker_that_is_restarted_during_work_loses_no_task(bool kill)
    {
        const int Slots = 4, Between = 50;
        var restarts = Nightly.Number("BROKER_RESTARTS", 1);
        var tasks = (restarts + 1) * Between;
        await using var broker = await TestBroker.StartAsync();
        var path = $"{broker.Url}/tasks";
        using var project = new LedgerProject($"TASKQUEUE_PATH={path}", $"WORKER_CONCURRENCY={Slots}") { OtherQueue = () => QueueKinds.Open(path, "/") };
        await project.InsertAsync(LedgerRow.Many(tasks, "wait", 100));
        var worker = project.StartWorker("--exit-when-empty");

        for (var restart = 1; restart <= restarts; restart++)
        {
            while (project.Starts().Count() < (restart * Between) - (Between / 2))
                Assert.NotNull(await worker.NextLineAsync());
            await (kill ? broker.KillAsync() : broker.StopAsync());
            await broker.StartAgainAsync();
        }

        Assert.Equal(0, await worker.WaitAsync());
        Assert.Equal(tasks, (await project.DoneAsync()).Count);
        await project.AssertCountsAsync(default);
        Assert.InRange(project.Starts().Count(), tasks, tasks + (restarts * Slots));
        var log = (await worker.ErrorAsync()).Split('\n');
        Assert.Equal(restarts, log.Count(line => line.Contains("was lost, and with it the tasks of this worker", StringComparison.Ordinal)));
        Assert.Equal(restarts, log.Count(line => line.Contains("is there again", StringComparison.Ordinal)));
        Assert.DoesNotContain(log, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal) || line.Contains("Correct TASKQUEUE_PATH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_away_is_awaited_with_growing_pauses_and_a_line_for_each()
    {
        await using var broker = await TestBroker.StartAsync();
        var path = $"{broker.Url}/tasks";
        using var project = new LedgerProject($"TASKQUEUE_PATH={path}") { OtherQueue = () => QueueKinds.Open(path, "/") };
        await project.InsertAsync([new LedgerRow("row", "wait", 500)]);
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLineAsync("start row 1");

        await broker.KillAsync();
        await worker.WaitForLogAsync("does not answer", lines: 4);
        await broker.StartAgainAsync();

        var code = await worker.WaitAsync();
        Assert.True(code == 0, $"Exit code {code}\n{await worker.ErrorAsync()}");
        var log = (await worker.ErrorAsync()).Split('\n');
        var pauses = log.Where(line => line.Contains("does not answer", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split("next try in ")[1].Split(' ')[0], null)).ToList();
        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses.Count, 4, 8);
        Assert.InRange(log.Count(line => line.Contains("warning: ", StringComparison.Ordinal)), 5, 12);
        Assert.DoesNotContain(log, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_whose_line_went_dead_loses_its_tasks_to_others_within_a_minute()
    {
        await using var broker = await TestBroker.StartAsync();
        using var proxy = new TcpProxy(broker.Port);
        var path = $"{broker.Url}/tasks";
        using var project = new LedgerProject($"TASKQUEUE_PATH=amqp://guest:guest@127.0.0.1:{proxy.Port}/tasks") { OtherQueue = () => QueueKinds.Open(path, "/") };
        await project.InsertAsync([new LedgerRow("long", "wait", 90_000)]);
        var cut = project.StartWorker();
        await cut.WaitForLineAsync("start long 1");
        var other = project.StartWorkerWith($"TASKQUEUE_PATH={path}");

        proxy.GoSilent();

        await other.WaitForLineAsync("start long 2").WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await cut.WaitForLineAsync("cancelled long 1");
    }

    /// <summary>Brokers before 3.12 have one limit for all queues.</summary>
    [Fact]
    public async Task A_task_longer_than_the_broker_waits_is_parked_in_the_end_and_the_setting_is_named()
    {
        await using var broker = await TestBroker.StartAsync("consumer_timeout = 5000\n");
        // It looks once in a minute; no line of rabbitmq.conf changes that.
        await broker.ControlAsync("eval", "application:set_env(rabbit, channel_tick_interval, 1000).");
        var path = $"{broker.Url}/tasks";
        using var project = new LedgerProject($"TASKQUEUE_PATH={path}", "TQ_MAX_ATTEMPTS=1") { OtherQueue = () => QueueKinds.Open(path, "/") };
        await project.InsertAsync([new LedgerRow("long", "wait", 30_000)]);
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(0, await worker.WaitAsync());

        Assert.Equal(["long"], project.Starts());
        var failed = Assert.Single(await project.FailedAsync());
        Assert.Equal((true, 1), (failed.Parked, failed.Attempt));
        Assert.Contains("longer than the broker's consumer_timeout", failed.Message, StringComparison.Ordinal);
        var log = await worker.ErrorAsync();
        Assert.Contains("put this into rabbitmq.conf: consumer_timeout = ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("attempt 2 of 1", log, StringComparison.Ordinal);
        await using var queue = project.OpenQueue();
        var parked = Assert.Single(await queue.ListParkedMessagesAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, failed.Message), (parked.Parking.Attempts, parked.Parking.Reason));
    }
}
