using TaskQueue.Queues;
using TaskQueue.Queues.Files;

namespace TaskQueue.Tests.Queues;

/// <summary>Leases end by the wall clock: what a file queue does when that jumps.</summary>
public sealed class FileQueueClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly JumpingClock _clock = new();
    private FileQueue _queue = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await QueueKinds.Open("fq://queue", _folder.Path).DisposeAsync();
        _queue = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-24)]
    public async Task After_a_jump_of_the_clock_others_have_one_lease_to_renew_theirs(double hours)
    {
        await _queue.InsertAsync("alive", "dead");
        await using var other = Open();
        var alive = await other.LeaseAsync(1, Lease, Cancelled);
        await other.LeaseAsync(1, Lease, Cancelled);

        _clock.Jump(TimeSpan.FromHours(hours));
        Assert.Empty(await _queue.LeaseAsync(10, Lease, Cancelled));
        Assert.Equal([Renewal.Held], other.Renew(alive, Lease * 2));

        _clock.Pass(Lease + TimeSpan.FromSeconds(1));
        var suspect = Assert.Single(await _queue.LeaseAsync(10, Lease, Cancelled));
        Assert.Equal(("dead", true), (MessageKey.Of(suspect.Body.Span).Id, suspect.IsSuspect));
    }

    [Fact]
    public async Task A_jump_keeps_nobody_from_delayed_and_fresh_tasks()
    {
        await _queue.InsertAsync("delayed", "fresh");
        await _queue.GiveBackAsync(await _queue.LeaseAsync(1, Lease, Cancelled), TimeSpan.FromMinutes(5), refund: false);

        _clock.Jump(TimeSpan.FromHours(1));

        Assert.Equal(2, (await _queue.LeaseAsync(10, Lease, Cancelled)).Count);
    }

    [Fact]
    public async Task Time_that_passes_is_no_jump()
    {
        await _queue.InsertAsync("a");
        await _queue.LeaseAsync(1, Lease, Cancelled);

        _clock.Pass(TimeSpan.FromHours(1));

        Assert.True(Assert.Single(await _queue.LeaseAsync(10, Lease, Cancelled)).IsSuspect);
    }

    [Fact]
    public async Task A_suspect_that_is_given_back_stays_one()
    {
        await _queue.InsertAsync("a");
        await _queue.LeaseAsync(1, Lease, Cancelled);
        _clock.Pass(Lease * 2);
        var suspect = Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled));

        Assert.True((await _queue.GiveBackAsync([suspect], TimeSpan.Zero, refund: true))[0]);
        Assert.False((await _queue.AcknowledgeAsync([suspect]))[0]);
        Assert.Equal(new QueueCounts(1, 0, 0), await _queue.CountAsync(Cancelled));

        var again = Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled));
        Assert.Equal((true, suspect.Attempt), (again.IsSuspect, again.Attempt));
        await _queue.GiveBackAsync([again], TimeSpan.Zero, refund: false);
        Assert.False(Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled)).IsSuspect);
    }

    [Fact]
    public async Task A_suspect_is_charged_when_it_starts_and_not_while_it_waits()
    {
        await _queue.InsertAsync("a");
        await _queue.LeaseAsync(1, Lease, Cancelled);
        _clock.Pass(Lease * 2);
        var waited = Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled));
        _clock.Pass(Lease * 2);
        var started = Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled));

        Assert.False(await _queue.CountAttemptAsync(waited));
        Assert.True(await _queue.CountAttemptAsync(started));
        _clock.Pass(Lease * 2);
        var last = Assert.Single(await _queue.LeaseAsync(1, Lease, Cancelled));

        Assert.Equal((2, 2, 3), (waited.Attempt, started.Attempt, last.Attempt));
        Assert.True(last.IsSuspect);
    }

    private FileQueue Open() => new(_folder["queue"], _clock);
}
