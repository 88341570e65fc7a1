using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>The duties of every kind of queue. One subclass for each kind.</summary>
public abstract class QueueConformance : IAsyncLifetime
{
    private const string Unicode = "ünï¢ode-任务-🚀";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly List<IAsyncDisposable> _opened = [];

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The queue of this test.</summary>
    protected ITaskQueue Queue { get; private set; } = null!;

    /// <summary>Whether running tasks can be taken from workers that live.</summary>
    protected abstract bool CanRelease { get; }

    /// <summary>Opens the queue of this test once more, as another process would.</summary>
    protected abstract Task<ITaskQueue> OpenAsync();

    /// <summary>Starts a consumer on a connection of its own.</summary>
    /// <param name="most">How many messages it may hold.</param>
    protected abstract Task<IQueueConsumer> ConsumeAsync(int most);

    public virtual async ValueTask InitializeAsync() => Queue = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
            await opened.DisposeAsync();
        await Queue.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_inserted_is_taken_with_the_same_bytes()
    {
        string[] ids = ["plain", Unicode, "with space"];
        await Queue.InsertAsync(ids);

        var taken = await TakeAsync(await StartAsync(10), 3);

        Assert.Equal(ids.Order(), taken.Select(message => message.Id).Order());
        Assert.All(taken, message => Assert.Equal(TestMessages.Of(message.Id).Body.ToArray(), message.Body));
        Assert.All(taken, message => Assert.False(message.IsRepeat));
    }

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task Large_messages_arrive_whole(int length)
    {
        var message = TestMessages.OfLength(Unicode, length);
        Assert.InRange(length, 1, await Queue.GetMaxMessageBytesAsync(Cancelled));
        await Queue.InsertAsync([message], _ => { }, Cancelled);

        var taken = Assert.Single(await TakeAsync(await StartAsync(1), 1));

        Assert.True(message.Body.Span.SequenceEqual(taken.Body));
    }

    [Fact]
    public async Task An_insert_reports_every_message_once()
    {
        var reports = await Queue.InsertAsync([.. Enumerable.Range(0, 5000).Select(i => $"{i}")]);

        Assert.Equal(5000, reports.Queued);
        await Queue.AssertCountsAsync(new QueueCounts(5000, 0, 0));
    }

    [Fact]
    public async Task An_insert_of_nothing_reports_nothing()
    {
        Assert.Equal(0, (await Queue.InsertAsync()).Queued);
        await Queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_source_that_fails_leaves_queued_what_was_reported()
    {
        var reports = new InsertReports();

        await Assert.ThrowsAsync<InvalidDataException>(() => Queue.InsertAsync(Failing(), reports.Add, Cancelled));

        await Queue.AssertCountsAsync(counts => counts.Ready >= reports.Queued);

        static IEnumerable<QueuedMessage> Failing()
        {
            for (var i = 0; i < 3000; i++)
                yield return TestMessages.Of($"{i}");
            throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task A_held_message_is_given_to_nobody_else_and_counted()
    {
        await Queue.InsertAsync("a", "b", "c");

        var first = await TakeAsync(await StartAsync(2), 2);
        var second = await TakeAsync(await StartAsync(2), 1);

        Assert.Equal(["a", "b", "c"], first.Concat(second).Select(message => message.Id).Order());
        await Queue.AssertCountsAsync(new QueueCounts(0, 3, 0));
    }

    [Fact]
    public async Task An_acknowledged_message_is_gone()
    {
        await Queue.InsertAsync("a");
        var consumer = await StartAsync(1);
        var message = Assert.Single(await TakeAsync(consumer, 1));

        Assert.True(await consumer.AcknowledgeAsync(message));

        await Queue.AssertCountsAsync(default);
        Assert.Empty(await (await StartAsync(1)).TakeAsync());
    }

    [Fact]
    public async Task A_message_that_was_given_back_is_taken_again_by_another()
    {
        await Queue.InsertAsync("a");
        var consumer = await StartAsync(1);
        var message = Assert.Single(await TakeAsync(consumer, 1));
        var other = await StartAsync(1);

        Assert.True(await consumer.GiveBackAsync(message));
        await consumer.DisposeAsync();

        Assert.Equal("a", Assert.Single(await TakeAsync(other, 1)).Id);
    }

    [Fact]
    public async Task What_a_dead_consumer_held_comes_back_as_a_repeat()
    {
        await Queue.InsertAsync("a", "b");
        var consumer = await StartAsync(2);
        await TakeAsync(consumer, 2);

        await consumer.LoseAllAsync();

        var other = await StartAsync(1);
        for (var count = 0; count < 2; count++)
        {
            var message = Assert.Single(await TakeAsync(other, 1));
            Assert.True(message.IsRepeat);
            Assert.True(await other.AcknowledgeAsync(message));
        }
        await Queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Who_lost_a_message_can_change_nothing()
    {
        await Queue.InsertAsync("a");
        var late = await StartAsync(1);
        var lost = Assert.Single(await TakeAsync(late, 1));
        await late.LoseAllAsync();
        var other = await StartAsync(1);
        var held = Assert.Single(await TakeAsync(other, 1));

        Assert.False(await late.KeepAsync(lost));
        Assert.False(await late.AcknowledgeAsync(lost));
        Assert.False(await late.GiveBackAsync(lost));
        Assert.False(await late.ParkAsync(lost, "late"));

        Assert.True(await other.KeepAsync(held));
        await Queue.AssertCountsAsync(new QueueCounts(0, 1, 0));
        Assert.True(await other.AcknowledgeAsync(held));
        await Queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task A_message_that_is_kept_goes_to_nobody_else()
    {
        await Queue.InsertAsync("a");
        var consumer = await StartAsync(1);
        var message = Assert.Single(await TakeAsync(consumer, 1));

        Assert.True(await consumer.KeepAsync(message));

        Assert.Empty(await (await StartAsync(1)).TakeAsync());
        Assert.True(await consumer.AcknowledgeAsync(message));
    }

    [Fact]
    public async Task Parked_messages_are_listed_as_often_as_one_likes_and_can_be_put_back()
    {
        await Queue.InsertAsync("a", Unicode);
        var consumer = await StartAsync(2);
        foreach (var message in await TakeAsync(consumer, 2))
            Assert.True(await consumer.ParkAsync(message, "no such file: ünï¢ode"));

        for (var time = 0; time < 3; time++)
        {
            var parked = await Queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled);
            Assert.Equal(["a", Unicode], parked.Select(message => message.Key.Id).Order(StringComparer.Ordinal));
            Assert.All(parked, message => Assert.Equal("no such file: ünï¢ode", message.Parking.Reason));
            Assert.All(parked, message => Assert.InRange(DateTimeOffset.UtcNow - message.Parking.At, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(5)));
        }
        Assert.Empty(await consumer.TakeAsync());

        Assert.Equal(1, await Queue.RequeueAsync(key => key == new MessageKey(TestMessages.Task, Unicode), Cancelled));
        var again = Assert.Single(await TakeAsync(consumer, 1));
        Assert.Equal((Unicode, false), (again.Id, again.IsRepeat));
        Assert.True(TaskMessage.TryRead(again.Body)!.Repeat);
        await Queue.AssertCountsAsync(new QueueCounts(0, 1, 1));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"v\":1,\"id\":\"\",\"task\":\"task\"}")]
    [InlineData("[")]
    [InlineData(null)]
    public async Task What_is_no_message_is_parked_listed_put_back_and_purged_like_others(string? text)
    {
        byte[] body = [.. text is null ? Enumerable.Repeat((byte)'x', 1 << 20) : Encoding.UTF8.GetBytes(text)];
        var key = MessageKey.Of(body);
        await Queue.InsertAsync([new QueuedMessage(key.Task, Encoding.UTF8.GetBytes(key.Id), body), TestMessages.Of("good")], _ => { }, Cancelled);
        var consumer = await StartAsync(2);
        foreach (var message in await TakeAsync(consumer, 2))
            Assert.True(await consumer.ParkAsync(message, "bad"));

        var listed = await Queue.ListParkedMessagesAsync(Cancelled).Select(message => message.Key).ToListAsync(Cancelled);
        Assert.Equal([new MessageKey(TestMessages.Task, "good"), key], listed.OrderBy(one => one.Id, StringComparer.Ordinal));
        Assert.StartsWith("unreadable-", key.Id, StringComparison.Ordinal);

        Assert.Equal(1, await Queue.RequeueAsync(one => one == key, Cancelled));
        Assert.Equal(body, Assert.Single(await TakeAsync(consumer, 1)).Body);
        await Queue.AssertCountsAsync(new QueueCounts(0, 1, 1));
        await Queue.PurgeAsync(Cancelled);
        await consumer.LoseAllAsync();
        await Queue.AssertCountsAsync(default);
    }

    [Fact]
    public async Task Many_parked_messages_are_listed_and_put_back()
    {
        const int Messages = 600;
        await Queue.InsertAsync([.. Enumerable.Range(0, Messages).Select(i => $"{i}")]);
        var consumer = await StartAsync(50);
        for (var parked = 0; parked < Messages;)
        {
            var taken = await TakeAsync(consumer, 1);
            await Task.WhenAll(taken.Select(message => consumer.ParkAsync(message, "bad")));
            parked += taken.Count;
        }

        Assert.Equal(Messages, (await Queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled)).DistinctBy(message => message.Key).Count());
        Assert.Equal(Messages, await Queue.RequeueAsync(_ => true, Cancelled));

        Assert.Empty(await Queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled));
        await Queue.AssertCountsAsync(counts => counts.Ready + counts.Leased == Messages);
    }

    [Fact]
    public async Task A_release_takes_messages_from_their_workers_or_says_that_it_took_none()
    {
        await Queue.InsertAsync("a", "b");
        var consumer = await StartAsync(2);
        var held = await TakeAsync(consumer, 2);

        Assert.Equal(CanRelease ? 2 : 0, await Queue.ReleaseAsync(Cancelled));

        foreach (var message in held)
            Assert.Equal(!CanRelease, await consumer.AcknowledgeAsync(message));
        await Queue.AssertCountsAsync(new QueueCounts(CanRelease ? 2 : 0, 0, 0));
    }

    [Fact]
    public async Task A_purge_removes_ready_held_and_parked_messages()
    {
        await Queue.InsertAsync("bad");
        var earlier = await StartAsync(1);
        await earlier.ParkAsync((await TakeAsync(earlier, 1))[0], "bad");
        await Queue.AssertCountsAsync(new QueueCounts(0, 0, 1));
        await earlier.LoseAllAsync();
        await Queue.InsertAsync("a", "b", "c");
        var consumer = await StartAsync(2);
        await TakeAsync(consumer, 2);
        await Queue.AssertCountsAsync(new QueueCounts(1, 2, 1));

        Assert.Equal(4, await Queue.PurgeAsync(Cancelled));

        await consumer.LoseAllAsync();
        await Queue.AssertCountsAsync(default);
        await Queue.InsertAsync("d");
        Assert.Equal("d", Assert.Single(await TakeAsync(await StartAsync(2), 1)).Id);
    }

    [Fact]
    public async Task Sixteen_racing_consumers_take_each_message_once()
    {
        const int Messages = 2000;
        await Queue.InsertAsync([.. Enumerable.Range(0, Messages).Select(i => $"{i}")]);
        var taken = new ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var consumer = await ConsumeAsync(7);
            while (taken.Count < Messages)
                foreach (var message in await consumer.TakeAsync())
                {
                    taken.Add(message.Id);
                    Assert.True(await consumer.AcknowledgeAsync(message));
                }
        })));

        Assert.Equal(Messages, taken.Count);
        Assert.Equal(Messages, taken.Distinct().Count());
        await Queue.AssertCountsAsync(default);
    }

    /// <summary>A consumer that ends with the test.</summary>
    protected async Task<IQueueConsumer> StartAsync(int most)
    {
        var consumer = await ConsumeAsync(most);
        _opened.Add(consumer);
        return consumer;
    }

    /// <summary>Takes until there are so many.</summary>
    protected static async Task<IReadOnlyList<Taken>> TakeAsync(IQueueConsumer consumer, int least)
    {
        var all = new List<Taken>();
        for (var started = Stopwatch.StartNew(); all.Count < least;)
        {
            Assert.True(started.Elapsed < Patience, $"Only {all.Count} of {least} messages came.");
            all.AddRange(await consumer.TakeAsync());
        }
        return all;
    }
}
