using System.Collections.Concurrent;
using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Renews every lease of this worker at a third of its time, and cancels tasks whose lease is lost.</summary>
/// <remarks>
/// It has threads of its own, so that tasks which block every pool thread cannot stop it, and it writes no log: a
/// reader that no longer reads stops every thread that writes to it. A second thread watches the clock while the
/// queue does not answer the first.
/// </remarks>
internal sealed class Heartbeat : IDisposable
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    private readonly ILeaseQueue _queue;
    private readonly TimeSpan _duration;
    private readonly TimeSpan _tick;
    private readonly ConcurrentDictionary<long, HeldLease> _held = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread[] _threads;
    private long _lost;
    private long _failures;

    public Heartbeat(ILeaseQueue queue, TimeSpan duration)
    {
        _queue = queue;
        _duration = duration;
        _tick = duration / 15;
        _threads = [CreateThread(Beat, "lease renewal"), CreateThread(Watch, "lease expiry")];
    }

    /// <summary>Leases held: waiting, running, or waiting for their acknowledgement.</summary>
    public int Count => _held.Count;

    /// <summary>Leases that were lost since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Renewals that failed since the start, whether or not a later one succeeded in time.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Whether this worker has the message of this <see cref="Lease.Sequence"/>.</summary>
    public bool IsHeld(long sequence) => _held.ContainsKey(sequence);

    public void Start() => Array.ForEach(_threads, thread => thread.Start());

    public void Add(HeldLease lease) => _held[lease.Lease.Sequence] = lease;

    public void Remove(HeldLease lease)
    {
        if (_held.TryRemove(KeyValuePair.Create(lease.Lease.Sequence, lease)))
            lease.Dispose();
    }

    public void Dispose()
    {
        _stop.Set();
        if (_threads.All(thread => !thread.IsAlive || thread.Join(TimeSpan.FromSeconds(1))))
            _stop.Dispose();
    }

    private static Thread CreateThread(ThreadStart run, string name) =>
        new(run) { IsBackground = true, Name = name, Priority = ThreadPriority.AboveNormal };

    private void Beat()
    {
        while (!_stop.Wait(_tick))
            foreach (var batch in _held.Values.Where(lease => lease.IsDue).Chunk(BatchSize))
                if (!_stop.IsSet)
                    Renew(batch);
    }

    private void Renew(HeldLease[] batch)
    {
        var asked = Stopwatch.GetTimestamp();
        Array.ForEach(batch, lease => lease.Asked(asked));
        try
        {
            var renewals = _queue.Renew([.. batch.Select(lease => lease.Lease)], _duration);
            foreach (var (lease, renewal) in batch.Zip(renewals))
                Take(lease, renewal, asked);
        }
        catch (ObjectDisposedException) when (_stop.IsSet)
        {
            // The worker has left and closed the queue meanwhile.
        }
        catch (TaskQueueException)
        {
            Array.ForEach(batch, lease => Take(lease, Renewal.Unknown, asked));
        }
    }

    private void Take(HeldLease lease, Renewal renewal, long asked)
    {
        if (renewal == Renewal.Held)
            lease.Renewed(asked);
        else if (renewal == Renewal.Lost || lease.IsOver)
            Lose(lease);
        else
            // Tried again at the next tick.
            Interlocked.Increment(ref _failures);
    }

    private void Watch()
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
