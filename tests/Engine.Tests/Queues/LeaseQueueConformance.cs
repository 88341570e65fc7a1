using System.Text;
using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>What every queue that is leased by the pump has to do. One subclass for each kind.</summary>
public abstract class LeaseQueueConformance : IAsyncLifetime
{
    protected static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ILeaseQueue queue = null!;

    /// <summary>Opens the queue of this test once more, as another process would.</summary>
    protected abstract ILeaseQueue Open();

    public virtual ValueTask InitializeAsync()
    {
        queue = Open();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await queue.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_inserted_is_leased_with_the_same_bytes()
    {
        await InsertAsync("plain", "ünï¢ode-任务", "with space");

        var leases = await queue.LeaseAsync(10, LongLease, Cancelled);

        Assert.Equal(["plain", "ünï¢ode-任务", "with space"], leases.Select(IdOf));
        Assert.All(leases, lease => Assert.Equal(1, lease.Attempt));
        Assert.All(leases, lease => Assert.False(lease.IsSuspect));
    }

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task Large_messages_arrive_whole(int length)
    {
        var body = new byte[length];
        new Random(1).NextBytes(body);
        await queue.InsertAsync([new QueuedMessage("task", "large"u8.ToArray(), body)], new Reports(), Cancelled);

        var lease = Assert.Single(await queue.LeaseAsync(1, LongLease, Cancelled));

        Assert.Equal(body, lease.Body.ToArray());
    }

    [Fact]
    public async Task An_insert_reports_every_message_once()
    {
        var reports = await InsertAsync([.. Enumerable.Range(0, 5000).Select(i => $"{i}")]);

        Assert.Equal(5000, reports.All.Sum(report => report.Queued));
        Assert.Equal(new QueueCounts(5000, 0, 0), await queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task A_leased_message_is_given_to_nobody_else()
    {
        await InsertAsync("a", "b", "c");
        await using var other = Open();

        var first = await queue.LeaseAsync(2, LongLease, Cancelled);
        var second = await other.LeaseAsync(2, LongLease, Cancelled);

        Assert.Equal(["a", "b", "c"], first.Concat(second).Select(IdOf).Order());
        Assert.Equal(new QueueCounts(0, 3, 0), await queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task An_acknowledged_message_is_gone()
    {
        await InsertAsync("a");
        var leases = await queue.LeaseAsync(1, LongLease, Cancelled);

        AssertHeld(await queue.AcknowledgeAsync(leases), true);

        Assert.Equal(default, await queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task A_message_that_was_given_back_is_leased_again_and_its_attempt_refunded()
    {
        await InsertAsync("a");
        var leases = await queue.LeaseAsync(1, LongLease, Cancelled);

        AssertHeld(await queue.GiveBackAsync(leases, TimeSpan.Zero, refund: true), true);

        var again = Assert.Single(await queue.LeaseAsync(1, LongLease, Cancelled));
        Assert.Equal(1, again.Attempt);
        Assert.False(again.IsSuspect);
    }

    [Fact]
    public async Task A_failed_attempt_counts()
    {
        await InsertAsync("a");
        await queue.GiveBackAsync(await queue.LeaseAsync(1, LongLease, Cancelled), TimeSpan.Zero, refund: false);

        Assert.Equal(2, Assert.Single(await queue.LeaseAsync(1, LongLease, Cancelled)).Attempt);
    }

    [Fact]
    public async Task A_delayed_message_is_not_leased_before_its_time()
    {
        await InsertAsync("a");
        await queue.GiveBackAsync(await queue.LeaseAsync(1, LongLease, Cancelled), TimeSpan.FromHours(1), refund: false);

        Assert.Empty(await queue.LeaseAsync(1, LongLease, Cancelled));
        Assert.Equal(new QueueCounts(1, 0, 0), await queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task An_expired_lease_comes_back_as_a_suspect_and_alone()
    {
        await InsertAsync("a", "b", "c");
        await queue.LeaseAsync(2, TimeSpan.FromMilliseconds(1), Cancelled);

        var suspect = Assert.Single(await LeaseEventuallyAsync(10));

        Assert.True(suspect.IsSuspect);
        Assert.Equal(2, suspect.Attempt);
    }

    [Fact]
    public async Task Who_lost_the_lease_can_change_nothing()
    {
        await InsertAsync("a");
        var lost = await queue.LeaseAsync(1, TimeSpan.FromMilliseconds(1), Cancelled);
        var held = await LeaseEventuallyAsync(1);

        AssertHeld(await queue.AcknowledgeAsync(lost), false);
        Assert.Equal([Renewal.Lost], queue.Renew(lost, LongLease));
        AssertHeld(await queue.GiveBackAsync(lost, TimeSpan.Zero, refund: true), false);
        Assert.False(await queue.ParkAsync(lost[0], "late"));

        AssertHeld(await queue.AcknowledgeAsync(held), true);
    }

    [Fact]
    public async Task A_renewed_lease_does_not_expire()
    {
        await InsertAsync("a");
        var leases = await queue.LeaseAsync(1, TimeSpan.FromMilliseconds(300), Cancelled);

        Assert.Equal([Renewal.Held], queue.Renew(leases, LongLease));

        Assert.Empty(await queue.LeaseAsync(1, LongLease, Cancelled));
        AssertHeld(await queue.AcknowledgeAsync(leases), true);
    }

    [Fact]
    public async Task A_parked_message_is_listed_and_can_be_put_back()
    {
        await InsertAsync("a", "b");
        foreach (var lease in await queue.LeaseAsync(2, LongLease, Cancelled))
            Assert.True(await queue.ParkAsync(lease, "no such file"));

        Assert.Empty(await queue.LeaseAsync(1, LongLease, Cancelled));
        var parked = await queue.ListParkedAsync(Cancelled).ToListAsync(Cancelled);
        Assert.Equal(["a", "b"], parked.Select(message => message.Key.Id).Order());
        Assert.All(parked, message => Assert.Equal("no such file", message.Reason));

        Assert.Equal(1, await queue.RequeueAsync(key => key == new MessageKey("task", "b"), Cancelled));
        var again = Assert.Single(await queue.LeaseAsync(2, LongLease, Cancelled));
        Assert.Equal(("b", 1, false), (IdOf(again), again.Attempt, again.IsSuspect));
        Assert.Equal(new QueueCounts(0, 1, 1), await queue.CountAsync(Cancelled));
    }

    [Fact]
    public async Task A_release_ends_every_lease()
    {
        await InsertAsync("a", "b");
        var lost = await queue.LeaseAsync(2, LongLease, Cancelled);

        Assert.Equal(2, await queue.ReleaseAsync(Cancelled));

        Assert.Equal(2, (await queue.LeaseAsync(2, LongLease, Cancelled)).Count);
        AssertHeld(await queue.AcknowledgeAsync(lost), false, false);
    }

    [Fact]
    public async Task A_purge_removes_ready_leased_and_parked_messages()
    {
        await InsertAsync("a", "b", "c");
        var leases = await queue.LeaseAsync(2, LongLease, Cancelled);
        await queue.ParkAsync(leases[0], "bad");

        Assert.Equal(3, await queue.PurgeAsync(Cancelled));

        Assert.Equal(default, await queue.CountAsync(Cancelled));
        AssertHeld(await queue.AcknowledgeAsync([leases[1]]), false);
    }

    [Fact]
    public async Task Sixteen_racing_consumers_lease_each_message_once()
    {
        const int Messages = 2000;
        await InsertAsync([.. Enumerable.Range(0, Messages).Select(i => $"{i}")]);
        var taken = new System.Collections.Concurrent.ConcurrentBag<string>();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var consumer = Open();
            while (await consumer.LeaseAsync(7, LongLease, Cancelled) is { Count: > 0 } leases)
            {
                foreach (var lease in leases)
                    taken.Add(IdOf(lease));
                Assert.All(await consumer.AcknowledgeAsync(leases), Assert.True);
            }
        })));

        Assert.Equal(Messages, taken.Count);
        Assert.Equal(Messages, taken.Distinct().Count());
    }

    protected Task<Reports> InsertAsync(params string[] ids) => InsertAsync(queue, ids);

    protected static async Task<Reports> InsertAsync(ILeaseQueue queue, params string[] ids)
    {
        var reports = new Reports();
        await queue.InsertAsync(ids.Select(Message), reports, Cancelled);
        return reports;
    }

    protected static QueuedMessage Message(string id)
    {
        var utf8 = Encoding.UTF8.GetBytes(id);
        return new QueuedMessage("task", utf8, utf8);
    }

    protected static string IdOf(Lease lease) => Encoding.UTF8.GetString(lease.Body.Span);

    private static void AssertHeld(bool[] held, params bool[] expected) => Assert.Equal<IEnumerable<bool>>(expected, held);

    private async Task<IReadOnlyList<Lease>> LeaseEventuallyAsync(int max)
    {
        while (true)
            if (await queue.LeaseAsync(max, LongLease, Cancelled) is { Count: > 0 } leases)
                return leases;
    }

    protected sealed class Reports : IProgress<InsertedBatch>
    {
        public List<InsertedBatch> All { get; } = [];

        public void Report(InsertedBatch value) => All.Add(value);
    }
}
