using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Worker.Deliveries;

namespace TaskQueue.Tests.Worker;

/// <summary>A lease whose renewal fails is tried again until its time is over, and no longer.</summary>
public sealed class LeasesTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(600);

    /// <summary>After so long the heartbeat has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_that_cannot_be_renewed_is_lost_before_it_ends_and_not_much_earlier()
    {
        var asked = 0;
        var time = await TimeUntilLostAsync(() => Interlocked.Increment(ref asked) % 2 == 0
            ? Renewal.Unknown : throw new TaskQueueException(ExitCode.Unavailable, "scripted"));

        Assert.InRange(time, Duration * 0.7, Duration);
        Assert.True(asked > 2);
    }

    [Fact]
    public async Task A_renewal_that_is_never_answered_does_not_hide_the_end_of_the_lease()
    {
        using var answered = new ManualResetEventSlim();
        try
        {
            var time = await TimeUntilLostAsync(() =>
            {
                answered.Wait(Stop);
                return Renewal.Held;
            }, "lease expiry");

            Assert.InRange(time, Duration * 0.7, Duration);
        }
        finally
        {
            answered.Set();
        }
    }

    [Fact]
    public async Task A_lease_that_somebody_else_has_is_lost_at_once()
    {
        Assert.InRange(await TimeUntilLostAsync(() => Renewal.Lost), Duration / 3, Duration * 0.7);
    }

    [Fact]
    public async Task A_renewal_that_succeeds_late_is_early_enough()
    {
        var (asked, counted) = (0, 0L);
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "taskqueue.lease.renewals.failed")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meter.SetMeasurementEventCallback<long>((_, value, tags, _) => counted += tags.Contains(new("messaging.destination.name", "stub")) ? value : 0);
        meter.Start();
        // The fourth try succeeds, and so do those of the next thirds of the time.
        var queue = new ScriptedQueue(() => Interlocked.Increment(ref asked) < 4 ? Renewal.Unknown : Renewal.Held);
        var clock = new SteppedClock();
        using var leases = new Leases(queue, Duration, clock);
        var lease = leases.Add(new Lease(1, 1, 1, false, default), clock.GetTimestamp());
        leases.Start();

        await PassTimeAsync(clock, lease, () => Volatile.Read(ref asked) >= 6);

        Assert.False(lease.Lost.IsCancellationRequested);
        Assert.Equal((0, 3, 3), (leases.Lost, leases.Failures, counted));
    }

    /// <summary>A queue without messages answers late: what comes then has not waited for a slot.</summary>
    [Fact]
    public void A_lease_ages_from_its_arrival_and_expires_from_the_question()
    {
        var clock = new FakeTimeProvider();
        using var leases = new Leases(new ScriptedQueue(() => Renewal.Held), Duration, clock);
        var asked = clock.GetTimestamp();
        clock.Advance(Duration / 3);

        var lease = leases.Add(new Lease(1, 1, 1, false, default), asked);

        Assert.Equal(TimeSpan.Zero, lease.Age);
        Assert.Equal(Duration * 2 / 3, lease.TimeLeft);
    }

    [Fact]
    public async Task After_the_wall_clock_has_jumped_all_leases_are_renewed_at_once()
    {
        var clock = new JumpingClock();
        var renewed = new TaskCompletionSource<int>();
        var queue = new ScriptedQueue(() => Renewal.Held) { Asked = count => renewed.TrySetResult(count) };
        using var leases = new Leases(queue, TimeSpan.FromMinutes(1), clock);
        var started = Stopwatch.GetTimestamp();
        leases.Add(new Lease(1, 1, 1, false, default), started);
        leases.Add(new Lease(2, 1, 1, false, default), started);
        clock.Jump = TimeSpan.FromHours(2);
        leases.Start();

        Assert.Equal(2, await renewed.Task.WaitAsync(Patience, Stop));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromMinutes(1) / 4);
    }

    /// <param name="renew">How a renewal ends.</param>
    /// <param name="threads">Those that are not kept waiting; none for all.</param>
    private static async Task<TimeSpan> TimeUntilLostAsync(Func<Renewal> renew, params string[] threads)
    {
        var clock = new SteppedClock();
        using var leases = new Leases(new ScriptedQueue(renew), Duration, clock);
        var lease = leases.Add(new Lease(1, 1, 1, false, default), clock.GetTimestamp());
        leases.Start();
        return await PassTimeAsync(clock, lease, () => false, threads);
    }

    /// <summary>Lets the time pass in steps, of which each thread sees every one, until it is over or the lease is lost.</summary>
    private static async Task<TimeSpan> PassTimeAsync(SteppedClock clock, HeldLease lease, Func<bool> isOver, params string[] threads)
    {
        var passed = TimeSpan.Zero;
        while (!isOver() && !lease.Lost.IsCancellationRequested)
        {
            passed += Duration / 20;
            clock.Advance(Duration / 20);
            await clock.WhenSeenAsync(threads is [] ? ["lease renewal", "lease expiry"] : threads, lease.Lost).WaitAsync(Patience, Stop);
        }
        return passed;
    }

    /// <summary>A queue that can renew.</summary>
    private sealed class ScriptedQueue(Func<Renewal> renew) : StubQueue
    {
        /// <summary>Told how many leases each call renews.</summary>
        public Action<int> Asked { get; init; } = _ => { };

        public override Renewal[] Renew(IReadOnlyList<Lease> leases, TimeSpan duration)
        {
            Asked(leases.Count);
            return [.. leases.Select(_ => renew())];
        }
    }

    /// <summary>A clock that knows its readers.</summary>
    private sealed class SteppedClock : FakeTimeProvider
    {
        private readonly ConcurrentDictionary<string, int> _looks = new();

        public override long GetTimestamp()
        {
            _looks.AddOrUpdate(Thread.CurrentThread.Name ?? "", 1, (_, looks) => looks + 1);
            return base.GetTimestamp();
        }

        /// <summary>Waits until threads have gone once round since now, or it is over.</summary>
        public async Task WhenSeenAsync(string[] threads, CancellationToken over)
        {
            const int OnceRound = 4;
            var before = threads.Select(LooksOf).ToList();
            while (!over.IsCancellationRequested && threads.Zip(before).Any(thread => LooksOf(thread.First) < thread.Second + OnceRound))
                await Task.Delay(1, CancellationToken.None);
        }

        private int LooksOf(string thread) => _looks.GetValueOrDefault(thread);
    }

    /// <summary>The machine's clock, of which the wall clock can be set.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;
    }
}
