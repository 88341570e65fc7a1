using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>What a queue that is leased by the pump has to do besides.</summary>
public abstract class LeaseQueueConformance : QueueConformance
{
    protected static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);

    private ILeaseQueue LeaseQueue => (ILeaseQueue)Queue;

    protected override async Task<IQueueConsumer> ConsumeAsync(int most) => new LeaseConsumer((ILeaseQueue)await OpenAsync(), most);

    [Fact]
    public async Task A_delayed_message_is_not_leased_before_its_time()
    {
        await Queue.InsertAsync("a");
        var leases = await LeaseAsync(1, LongLease);

        Assert.True(Assert.Single(await LeaseQueue.GiveBackAsync(leases, TimeSpan.FromHours(1), refund: false)));

        Assert.Empty(await LeaseQueue.LeaseAsync(1, LongLease, Cancelled));
    }

    [Fact]
    public async Task A_lease_that_expires_ends_by_itself()
    {
        await Queue.InsertAsync("a");
        var lost = await LeaseAsync(1, TimeSpan.FromSeconds(1));

        var held = await LeaseAsync(1, LongLease);

        Assert.True(Assert.Single(held).IsRepeat || held[0].IsSuspect);
        Assert.False(Assert.Single(await LeaseQueue.AcknowledgeAsync(lost)));
        Assert.True(Assert.Single(await LeaseQueue.AcknowledgeAsync(held)));
    }

    [Fact]
    public async Task What_is_given_back_without_an_attempt_is_as_fresh_as_before_and_all_of_it_comes_again()
    {
        await Queue.InsertAsync("a", "b", "c");
        var given = new List<Lease>();
        while (given.Count < 3)
            given.AddRange(await LeaseAsync(3 - given.Count, LongLease));

        Assert.Equal(new[] { true, true, true }, await LeaseQueue.GiveBackAsync(given, TimeSpan.Zero, refund: true));
        Assert.Equal(new[] { false, false, false }, await LeaseQueue.AcknowledgeAsync(given));

        var again = new List<Lease>();
        while (again.Count < 3)
            again.AddRange(await LeaseAsync(3 - again.Count, LongLease));
        Assert.All(again, lease => Assert.False(lease.IsRepeat || lease.IsSuspect || lease.Attempt > 1));
        Assert.Equal(["a", "b", "c"], again.Select(lease => MessageKey.Of(lease.Body.Span).Id).Order());
        await Queue.AssertCountsAsync(new QueueCounts(0, 3, 0));
    }

    [Fact]
    public async Task A_renewed_lease_does_not_expire()
    {
        var duration = TimeSpan.FromSeconds(5);
        await Queue.InsertAsync("a");
        var leases = await LeaseAsync(1, duration);
        var end = Task.Delay(duration, Cancelled);

        Assert.Equal(Renewal.Held, Assert.Single(LeaseQueue.Renew(leases, LongLease)));

        await end;
        Assert.Empty(await LeaseQueue.LeaseAsync(1, LongLease, Cancelled));
        Assert.True(Assert.Single(await LeaseQueue.AcknowledgeAsync(leases)));
    }

    [Fact]
    public async Task A_worker_does_not_lease_again_what_it_holds_although_the_lease_has_run_out()
    {
        await Queue.InsertAsync("a");
        var held = Assert.Single(await LeaseAsync(1, TimeSpan.FromSeconds(1)));
        await Task.Delay(TimeSpan.FromSeconds(1.2), Cancelled);

        Assert.Empty(await LeaseQueue.LeaseAsync(10, LongLease, sequence => sequence == held.Sequence, Cancelled));

        Assert.True(Assert.Single(await LeaseQueue.AcknowledgeAsync([held])));
    }

    [Fact]
    public async Task A_parked_message_shows_the_attempts_that_its_worker_counted()
    {
        await Queue.InsertAsync("a");
        var lease = Assert.Single(await LeaseAsync(1, LongLease));

        Assert.True(await LeaseQueue.ParkAsync(lease, "bad", attempts: 4));

        var parked = Assert.Single(await Queue.ListParkedMessagesAsync(Cancelled).ToListAsync(Cancelled));
        Assert.Equal(4, parked.Parking.Attempts);
    }

    protected async Task<IReadOnlyList<Lease>> LeaseAsync(int max, TimeSpan duration)
    {
        while (true)
            if (await LeaseQueue.LeaseAsync(max, duration, Cancelled) is { Count: > 0 } leases)
                return leases;
    }
}
