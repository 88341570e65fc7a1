using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Moving;
using TaskQueue.Tests.Queues.Sqs;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues.Moving;

/// <summary>Messages that move from one kind of queue to another arrive as they were, each once, and leave nothing behind.</summary>
public sealed class QueueMoverTests(Emulators emulators, RabbitServer rabbit) : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ITaskQueue> _queues = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in _queues)
            await queue.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("fq", "sqs")]
    [InlineData("sqs", "fq")]
    [InlineData("fq", "amqp")]
    [InlineData("amqp", "fq")]
    [InlineData("amqp", "sqs")]
    [InlineData("sqs", "amqp")]
    public async Task Ready_and_parked_messages_arrive_as_they_were_but_for_the_mark_of_repeats(string from, string to)
    {
        var (source, target) = (await OpenAsync(from), await OpenAsync(to));
        string[] ready = ["1", "ünï¢ode-任务-🚀", .. Enumerable.Range(0, 300).Select(number => $"row {number}")];
        await source.InsertAsync(ready);
        await source.AddParkedMessagesAsync([Parked("p1", 5, "It broke."), Parked("p2", 1, "Rejected: \"no\".")], Cancelled);

        var report = await MoveAsync(source, target);

        Assert.Equal((302, 2, 0, default), (report.Ready, report.Parked, report.AlreadyThere, report.Left));
        await source.AssertCountsAsync(default);
        Assert.Equal(
            [("p1", 5, "It broke.", Noon), ("p2", 1, "Rejected: \"no\".", Noon)],
            (await target.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled)).Select(message => (message.Key.Id, message.Parking.Attempts, message.Parking.Reason, message.Parking.At)).Order());
        Assert.Equal(ready.Order(StringComparer.Ordinal), (await BodiesAsync(target)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("fq")]
    [InlineData("sqs")]
    [InlineData("amqp")]
    public async Task What_was_taken_and_not_removed_is_back_when_the_mover_leaves(string kind)
    {
        var queue = await OpenAsync(kind);
        await queue.InsertAsync("a", "b", "c");
        await queue.AddParkedMessagesAsync([Parked("d", 5, "It broke.")], Cancelled);

        foreach (var parked in (bool[])[false, true])
        {
            await using var outlet = await queue.OpenOutletAsync(parked, Cancelled);
            Assert.NotEmpty(await outlet.TakeAsync(10, Cancelled));
        }

        await queue.AssertCountsAsync(new QueueCounts(3, 0, 1));
    }

    [Fact]
    public async Task Messages_that_a_worker_holds_are_left_and_counted()
    {
        var (source, target) = (await OpenAsync("sqs"), await OpenAsync("fq"));
        await source.InsertAsync("a", "b", "c");
        var held = Assert.Single(await ((ILeaseQueue)source).LeaseAsync(1, TimeSpan.FromMinutes(5), Cancelled));

        var report = await MoveAsync(source, target);

        Assert.Equal((2, new QueueCounts(0, 1, 0)), (report.Ready, report.Left));
        Assert.True(Assert.Single(await ((ILeaseQueue)source).AcknowledgeAsync([held])));
    }

    [Fact]
    public async Task A_delayed_message_moves_too()
    {
        var (source, target) = ((ILeaseQueue)await OpenAsync("fq"), await OpenAsync("fq"));
        await source.InsertAsync("a");
        await source.GiveBackAsync(await source.LeaseAsync(1, TimeSpan.FromMinutes(5), Cancelled), TimeSpan.FromHours(1), refund: false);

        Assert.Equal(1, (await MoveAsync(source, target)).Ready);
    }

    [Fact]
    public async Task A_move_that_is_interrupted_makes_nobody_a_suspect_and_counts_no_attempt()
    {
        var queue = (ILeaseQueue)await OpenAsync("fq");
        await queue.InsertAsync("a");
        await (await queue.OpenOutletAsync(parked: false, Cancelled)).TakeAsync(10, Cancelled);
        await queue.AssertCountsAsync(new QueueCounts(0, 1, 0));

        await queue.ReleaseAsync(Cancelled);

        var lease = Assert.Single(await queue.LeaseAsync(1, TimeSpan.FromMinutes(5), Cancelled));
        Assert.Equal((1, false), (lease.Attempt, lease.IsSuspect));
    }

    [Fact]
    public async Task What_a_file_queue_has_already_is_not_doubled()
    {
        var (source, target) = (await OpenAsync("fq"), await OpenAsync("fq"));
        await source.InsertAsync("a", "b");
        await target.InsertAsync("b");
        await source.AddParkedMessagesAsync([Parked("c", 5, "It broke.")], Cancelled);
        await target.AddParkedMessagesAsync([Parked("c", 5, "It broke.")], Cancelled);

        var report = await MoveAsync(source, target);

        Assert.Equal(1, report.AlreadyThere);
        await target.AssertCountsAsync(new QueueCounts(2, 0, 1));
        await source.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Messages_parked_here_and_parked_elsewhere_stand_side_by_side()
    {
        var queue = (ILeaseQueue)await OpenAsync("fq");
        await queue.AddParkedMessagesAsync([Parked("x", 1, "elsewhere"), Parked("y", 1, "elsewhere")], Cancelled);
        await queue.InsertAsync("a", "b");
        foreach (var lease in await queue.LeaseAsync(2, TimeSpan.FromMinutes(5), Cancelled))
            Assert.True(await queue.ParkAsync(lease, "here"));

        Assert.Equal(4, (await MoveAsync(queue, await OpenAsync("fq"))).Parked);
    }

    [Fact]
    public async Task A_message_that_is_too_long_for_the_target_stays_and_is_named()
    {
        var (source, target) = (await OpenAsync("fq"), await OpenAsync("sqs", ",\"MaximumMessageSize\":\"1024\""));
        await source.InsertAsync([TestMessages.OfLength("long one", 2000)], _ => { }, Cancelled);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => MoveAsync(source, target));

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.StartsWith("The message of row 'long one' has 2,000 bytes; sqs://", error.Message, StringComparison.Ordinal);
        await source.AssertCountsAsync(new QueueCounts(1, 0, 0));
    }

    [Fact]
    public async Task A_message_that_is_no_text_stays_where_it_is_when_the_target_takes_only_texts()
    {
        var (source, target) = (await OpenAsync("fq"), await OpenAsync("sqs"));
        await source.InsertAsync([new QueuedMessage(TestMessages.Task, "bytes"u8.ToArray(), new byte[] { 0xC3, 0x28 })], _ => { }, Cancelled);

        var error = await Assert.ThrowsAsync<TaskQueueException>(() => MoveAsync(source, target));

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.StartsWith("A message is not a text in UTF-8", error.Message, StringComparison.Ordinal);
        await source.AssertCountsAsync(new QueueCounts(1, 0, 0));
        await target.AssertCountsAsync(default);
    }

    private static Task<MoveReport> MoveAsync(ITaskQueue source, ITaskQueue target) =>
        new QueueMover(source, target).MoveAsync(_ => { }, _ => { }, Cancelled);

    private static TakenMessage Parked(string id, int attempts, string reason) =>
        new(TestMessages.Of(id).Body, new Parking(attempts, reason, Noon));

    /// <summary>The ids of all messages, whose bodies have to be whole.</summary>
    private static async Task<List<string>> BodiesAsync(ITaskQueue queue)
    {
        await using var outlet = await queue.OpenOutletAsync(parked: false, Cancelled);
        var ids = new List<string>();
        while (await outlet.TakeAsync(100, Cancelled) is { Count: > 0 } messages)
        {
            Assert.All(messages, message => Assert.Equal(TaskMessage.MarkRepeat(TestMessages.Of(message.Key.Id).Body).ToArray(), message.Body.ToArray()));
            ids.AddRange(messages.Select(message => message.Key.Id));
            await outlet.RemoveAsync(messages);
        }

        return ids;
    }

    private async Task<ITaskQueue> OpenAsync(string kind, string attributes = "")
    {
        var queue = kind switch
        {
            "sqs" => await OpenSqsAsync(attributes),
            "amqp" => QueueKinds.Open(await rabbit.NewQueueAsync(), _folder.Path),
            _ => QueueKinds.Open($"fq://queue-{_queues.Count}", _folder.Path),
        };
        await queue.CreateAsync(Cancelled);
        _queues.Add(queue);
        return queue;
    }

    private async Task<ITaskQueue> OpenSqsAsync(string attributes)
    {
        var server = new SqsServer(await emulators.FauxqsAsync());
        return server.Open(await server.CreateAsync(attributes));
    }
}
