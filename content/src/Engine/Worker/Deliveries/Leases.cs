using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Telemetry;

namespace TaskQueue.Worker.Deliveries;

/// <summary>
/// The leases that this worker holds: renews each at a third of its time, all of them after the clock has jumped, and
/// cancels tasks whose lease is lost.
/// </summary>
/// <remarks>
/// It has threads of its own, so that tasks which block every pool thread cannot stop it, and it writes no log: a
/// reader that no longer reads stops every thread that writes to it. A second thread watches the clock while the
/// queue does not answer the first.
/// </remarks>
internal sealed class Leases : IDisposable
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    /// <summary>A worker that leaves has little time; a renewal that still waits ends with the process.</summary>
    private static readonly TimeSpan LongestJoin = TimeSpan.FromMilliseconds(200);

    private readonly ILeaseQueue _queue;
    private readonly TimeSpan _duration;
    private readonly TimeSpan _tick;
    private readonly TimeProvider _clock;
    private readonly ClockJumps _jumps;
    private readonly ConcurrentDictionary<long, HeldLease> _held = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread[] _threads;
    private long _lost;
    private long _failures;

    public Leases(ILeaseQueue queue, TimeSpan duration, TimeProvider clock)
    {
        (_queue, _duration, _tick, _clock) = (queue, duration, duration / 15, clock);
        _jumps = new ClockJumps(clock);
        _threads = [CreateThread(RenewInTime, "lease renewal"), CreateThread(WatchExpiry, "lease expiry")];
    }

    /// <summary>Leases held: waiting, running, or waiting for their acknowledgement.</summary>
    public int Count => _held.Count;

    /// <summary>Leases that were lost since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Renewals that failed since the start, whether or not a later one succeeded in time.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public void Start() => Array.ForEach(_threads, thread => thread.Start());

    /// <summary>Whether this worker has the message of this <see cref="Lease.Sequence"/>.</summary>
    public bool Holds(long sequence) => _held.ContainsKey(sequence);

    /// <param name="lease">What the queue gave.</param>
    /// <param name="asked">Timestamp from before the queue was asked.</param>
    public HeldLease Add(Lease lease, long asked) =>
        _held[lease.Sequence] = new HeldLease(lease, _queue, _duration, _clock, asked);

    public void Remove(HeldLease lease)
    {
        if (_held.TryRemove(KeyValuePair.Create(lease.Lease.Sequence, lease)))
            lease.Dispose();
    }

    public void Dispose()
    {
        _stop.Set();
        if (_threads.All(thread => !thread.IsAlive || thread.Join(LongestJoin)))
            _stop.Dispose();
    }

    private static Thread CreateThread(ThreadStart run, string name) =>
        new(run) { IsBackground = true, Name = name, Priority = ThreadPriority.AboveNormal };

    private void RenewInTime()
    {
        while (!_stop.Wait(_tick))
        {
            var jumped = _jumps.Look() != TimeSpan.Zero;
            foreach (var batch in _held.Values.Where(lease => jumped || lease.IsDue).Chunk(BatchSize))
                if (!_stop.IsSet)
                    Renew(batch);
        }
    }

    private void Renew(HeldLease[] batch)
    {
        var asked = _clock.GetTimestamp();
        Array.ForEach(batch, lease => lease.Asked(asked));
        var renewals = Array.Empty<Renewal>();
        try
        {
            renewals = _queue.Renew([.. batch.Select(lease => lease.Lease)], _duration);
        }
        catch (Exception)
        {
            // After any failure the leases are as they were; the count of failures shows it.
        }
        for (var i = 0; i < batch.Length; i++)
            Take(batch[i], i < renewals.Length ? renewals[i] : Renewal.Unknown, asked);
    }

    private void Take(HeldLease lease, Renewal renewal, long asked)
    {
        if (renewal == Renewal.Held)
            lease.Renewed(asked);
        else if (renewal == Renewal.Lost || lease.IsOver)
            Lose(lease);
        else
            CountFailure();
    }

    /// <summary>The renewal is tried again at the next tick.</summary>
    private void CountFailure()
    {
        Interlocked.Increment(ref _failures);
        if (Instruments.RenewalsFailed.Enabled)
            Instruments.RenewalsFailed.Add(1, Destination.Of(_queue.Location).TagsOf("renew"));
    }

    private void WatchExpiry()
    {
        while (!_stop.Wait(UntilNextEnd()))
            foreach (var lease in _held.Values.Where(lease => lease.RunsOutUnanswered))
                Lose(lease);
    }

    private TimeSpan UntilNextEnd()
    {
        var left = _held.Values.Select(lease => lease.TimeLeft).DefaultIfEmpty(_tick).Min();
        return TimeSpan.FromTicks(Math.Clamp(left.Ticks, ShortestWait.Ticks, Math.Max(_tick.Ticks, ShortestWait.Ticks)));
    }

    private void Lose(HeldLease lease)
    {
        // A lease that was acknowledged in the meantime is not lost.
        if (!_held.TryRemove(KeyValuePair.Create(lease.Lease.Sequence, lease)))
            return;

        Interlocked.Increment(ref _lost);
        lease.Lose();
    }
}
