using System.Diagnostics;
using RabbitMQ.Client;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.RabbitMq;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues;

/// <summary>A broker that is not what it should be: what people are told, and that nothing confirmed is lost.</summary>
public sealed class RabbitFaultTests(RabbitServer server)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("amqp://guest:s3cret@127.0.0.1:PORT/q", ExitCode.Permission, "refuses user 'guest' or the password")]
    [InlineData("amqp://nobody:s3cret@127.0.0.1:PORT/q", ExitCode.Permission, "refuses user 'nobody' or the password")]
    [InlineData("amqp://guest:guest@127.0.0.1:PORT/nowhere/q", ExitCode.Configuration, "no virtual host 'nowhere'")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:1/q", ExitCode.Unavailable, "cannot be reached")]
    [InlineData("amqp://guest:s3cret@host.invalid/q", ExitCode.Unavailable, "cannot be reached")]
    [InlineData("amqps://guest:s3cret@127.0.0.1:PORT/q", ExitCode.Configuration, "TLS")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:PORT/", ExitCode.Configuration, "names no queue")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:PORT/amq.q", ExitCode.Configuration, "a queue that cannot be")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:PORT/a/b/c", ExitCode.Configuration, "more parts")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:port/q", ExitCode.Configuration, "is no address")]
    [InlineData("amqp://guest:s3cret@127.0.0.1:PORT/q?ssl=1", ExitCode.Configuration, "after a ?")]
    public async Task A_wrong_address_is_said_within_10_s_and_in_three_lines(string path, ExitCode code, string what)
    {
        var port = (await server.StartedAsync()).Port;
        var started = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<TaskQueueException>(async () =>
        {
            await using var queue = QueueKinds.Open(path.Replace("PORT", $"{port}", StringComparison.Ordinal), "/");
            await queue.InsertAsync("a");
        });

        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10) + Noise.Most);
        Assert.Equal(code, error.ExitCode);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Split('\n').Length, 2, 3);
    }

    [Fact]
    public async Task A_port_where_nobody_answers_is_said_within_10_s()
    {
        using var proxy = new TcpProxy((await server.StartedAsync()).Port);
        proxy.GoSilent();
        await using var queue = QueueKinds.Open($"amqp://guest:guest@127.0.0.1:{proxy.Port}/q", "/");
        var started = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.InsertAsync("a"));

        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.InRange(started.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10) + Noise.Most);
    }

    [Fact]
    public async Task A_user_without_permission_is_told_which_one_is_needed()
    {
        var broker = await server.StartedAsync();
        await broker.ControlAsync("eval", "rabbit_auth_backend_internal:add_user(<<\"reader\">>, <<\"reader\">>, <<\"tests\">>), "
            + "rabbit_auth_backend_internal:set_permissions(<<\"reader\">>, <<\"/\">>, <<\"^$\">>, <<\".*\">>, <<\".*\">>, <<\"tests\">>).");
        await using var queue = QueueKinds.Open($"amqp://reader:reader@127.0.0.1:{broker.Port}/{RabbitServer.NewName()}", "/");

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.InsertAsync("a"));

        Assert.Equal(ExitCode.Permission, error.ExitCode);
        Assert.Contains("configure", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_not_found_empty()
    {
        await using var queue = QueueKinds.Open(await server.NewQueueAsync(), "/");

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.CountAsync(Cancelled));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("There is no queue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_with_other_arguments_is_refused_and_both_sets_are_shown()
    {
        var path = await server.NewQueueAsync();
        await DeclareAsync(path, new() { ["x-queue-type"] = "classic" });
        await using var queue = QueueKinds.Open(path, "/");

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.InsertAsync("a"));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
        Assert.Contains("x-queue-type=classic", error.Message, StringComparison.Ordinal);
        Assert.Contains("x-queue-type=quorum ", error.Message, StringComparison.Ordinal);
        Assert.Contains(" x-delivery-limit=25", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.Message.Split('\n').Length);
    }

    [Fact]
    public async Task A_quorum_queue_without_a_place_for_dead_letters_is_refused()
    {
        var path = await server.NewQueueAsync();
        await DeclareAsync(path, new() { ["x-queue-type"] = "quorum" });
        await using var queue = QueueKinds.Open(path, "/");

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => queue.InsertAsync("a"));

        Assert.Equal(ExitCode.Configuration, error.ExitCode);
    }

    [Fact]
    public async Task Fewer_attempts_fit_the_queue_as_it_is_and_more_do_not()
    {
        var path = await server.NewQueueAsync();
        await using var queue = QueueKinds.Open(path, "/", new QueueLimits { MaxAttempts = 5 });
        await queue.InsertAsync("a");

        await using var fewer = QueueKinds.Open(path, "/", new QueueLimits { MaxAttempts = 2 });
        await fewer.InsertAsync("b");
        await using var more = QueueKinds.Open(path, "/", new QueueLimits { MaxAttempts = 50 });
        var error = await Assert.ThrowsAsync<TaskQueueException>(() => more.InsertAsync("c"));

        Assert.Equal(2, (await queue.CountAsync(Cancelled)).Ready);
        Assert.Contains("x-delivery-limit=25", error.Message, StringComparison.Ordinal);
        Assert.Contains("x-delivery-limit=70", error.Message, StringComparison.Ordinal);
        Assert.Contains("Lower TQ_MAX_ATTEMPTS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_that_no_queue_would_get_are_an_error()
    {
        var path = await server.NewQueueAsync();
        await using var broker = new RabbitBroker(RabbitAddress.Parse(AddressOf(path)));
        var inserter = new RabbitInserter(broker, "no-such-queue", new InsertTimeouts(), _ => { });

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => inserter.RunAsync([TestMessages.Of("a")], Cancelled));

        Assert.Equal(ExitCode.Unavailable, error.ExitCode);
        Assert.Contains("no-such-queue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_parked_messages_never_uses_them_up()
    {
        await using var queue = QueueKinds.Open(await server.NewQueueAsync(), "/");
        await queue.InsertAsync();
        await queue.AddParkedMessagesAsync([new TakenMessage(TestMessages.Of("a").Body, new Parking(1, "bad", DateTimeOffset.UtcNow))], Cancelled);

        for (var time = 0; time < 25; time++)
            Assert.Single(await queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task A_broker_that_is_restarted_during_an_insert_gets_every_message()
    {
        const int Count = 20_000;
        await using var broker = await TestBroker.StartAsync();
        await using var queue = QueueKinds.Open($"{broker.Url}/tasks", "/");
        var half = new TaskCompletionSource();
        var reports = new InsertReports();

        var inserting = queue.InsertAsync(Messages(Count, half), reports.Add, Cancelled);
        await half.Task;
        await broker.StopAsync();
        await broker.StartAgainAsync();
        await inserting;

        Assert.Equal(Count, reports.Queued);
        Assert.InRange((await queue.CountAsync(Cancelled)).Ready, Count, Count + ConfirmWindow.MostMessages);
        Assert.Equal(Count, (await TakeIdsAsync(queue)).Count);
    }

    [Fact]
    public async Task A_broker_that_is_killed_during_an_insert_gets_every_message()
    {
        const int Count = 20_000;
        await using var broker = await TestBroker.StartAsync();
        await using var queue = QueueKinds.Open($"{broker.Url}/tasks", "/");
        await GrowOldAsync(queue);
        var half = new TaskCompletionSource();
        var reports = new InsertReports();

        var inserting = queue.InsertAsync(Messages(Count, half), reports.Add, Cancelled);
        await half.Task;
        await broker.KillAsync();
        await broker.StartAgainAsync();
        await inserting.WaitAsync(TimeSpan.FromMinutes(2), Cancelled);

        Assert.Equal(Count, reports.Queued);
        Assert.Equal(Count, (await TakeIdsAsync(queue)).Count);
    }

    /// <summary>A queue that was made seconds before may come back without a leader, and confirm nothing.</summary>
    [Fact]
    public async Task An_insert_into_a_queue_that_confirms_nothing_ends_in_time()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var queue = new RabbitQueue(AddressOf($"{broker.Url}/tasks"))
        {
            Timeouts = new InsertTimeouts { Blocked = TimeSpan.FromSeconds(15), Confirm = TimeSpan.FromSeconds(5) },
        };
        var half = new TaskCompletionSource();

        var inserting = queue.InsertAsync(Messages(20_000, half), _ => { }, Cancelled);
        await half.Task;
        await broker.KillAsync();
        await broker.StartAgainAsync();

        if (await Record.ExceptionAsync(() => inserting.WaitAsync(TimeSpan.FromMinutes(1), Cancelled)) is { } error)
            Assert.Equal(ExitCode.Unavailable, Assert.IsType<TaskQueueException>(error).ExitCode);
    }

    [Fact]
    public async Task A_broker_that_is_killed_at_once_after_an_insert_has_every_message_that_it_confirmed()
    {
        const int Count = 5000;
        await using var broker = await TestBroker.StartAsync();
        await using var queue = QueueKinds.Open($"{broker.Url}/tasks", "/");
        await GrowOldAsync(queue);
        var reports = new InsertReports();
        await queue.InsertAsync(Messages(Count, new TaskCompletionSource()), reports.Add, Cancelled);
        Assert.Equal(Count, reports.Queued);

        await broker.KillAsync();
        await broker.StartAgainAsync();

        Assert.Equal(Count, (await TakeIdsAsync(queue)).Count);
    }

    [Fact]
    public async Task A_broker_without_memory_makes_the_insert_wait_and_then_give_up_with_75()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var queue = new RabbitQueue(AddressOf($"{broker.Url}/tasks")) { Timeouts = new InsertTimeouts { Blocked = TimeSpan.FromSeconds(3) } };
        await queue.InsertAsync("before");
        await broker.ControlAsync("set_vm_memory_high_watermark", "absolute", "1MB");
        var reports = new InsertReports();

        var error = await Assert.ThrowsAsync<TaskQueueException>(() =>
            queue.InsertAsync(Enumerable.Range(0, 100).Select(i => TestMessages.Of($"{i}")), reports.Add, Cancelled));

        Assert.Equal(ExitCode.PartDone, error.ExitCode);
        Assert.Contains("has taken no messages for 3 s", error.Message, StringComparison.Ordinal);
        Assert.Contains(reports.All, batch => batch.Waits?.Contains("memory", StringComparison.Ordinal) == true);

        await using var patient = QueueKinds.Open($"{broker.Url}/tasks", "/");
        var again = patient.InsertAsync("after");
        await broker.ControlAsync("set_vm_memory_high_watermark", "0.4");
        Assert.Equal(1, (await again).Queued);
    }

    /// <summary>Makes the queue. RabbitMQ 3.10 writes down some seconds later what brings a queue back after a kill.</summary>
    private static async Task GrowOldAsync(ITaskQueue queue)
    {
        await queue.InsertAsync("early");
        await Task.Delay(TimeSpan.FromSeconds(8), Cancelled);
        Assert.Single(await TakeIdsAsync(queue));
    }

    /// <summary>Takes all messages out of the queue.</summary>
    private static async Task<HashSet<string>> TakeIdsAsync(ITaskQueue queue)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        await using var outlet = await queue.OpenOutletAsync(parked: false, patience.Token);
        var ids = new HashSet<string>();
        while (await outlet.TakeAsync(256, patience.Token) is { Count: > 0 } taken)
        {
            ids.UnionWith(taken.Select(message => message.Key.Id));
            await outlet.RemoveAsync(taken);
        }
        return ids;
    }

    private static IEnumerable<QueuedMessage> Messages(int count, TaskCompletionSource half)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == count / 2)
                half.SetResult();
            yield return TestMessages.Of($"{i}");
        }
    }

    private static QueueAddress AddressOf(string path) =>
        new("amqp", path[(path.IndexOf("://", StringComparison.Ordinal) + 3)..], "/", new QueueLimits());

    private static async Task DeclareAsync(string path, Dictionary<string, object?> arguments)
    {
        var address = RabbitAddress.Parse(AddressOf(path));
        await using var broker = new RabbitBroker(address);
        await broker.UseAsync(
            channel => channel.QueueDeclareAsync(address.Queue, durable: true, exclusive: false, autoDelete: false, arguments), Cancelled);
    }
}
