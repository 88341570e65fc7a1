using System.Collections.Concurrent;
using System.Diagnostics;
using TaskQueue.Contracts;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Renews every lease of this worker at a third of its time, and cancels tasks whose lease is lost.</summary>
/// <remarks>
/// It has a thread of its own, so that tasks which block every pool thread cannot stop it, and it writes no log: a
/// reader that no longer reads stops every thread that writes to it.
/// </remarks>
internal sealed class Heartbeat : IDisposable
{
    private const int BatchSize = 1000;

    private readonly ILeaseQueue _queue;
    private readonly TimeSpan _duration;
    private readonly ConcurrentDictionary<long, HeldLease> _held = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private long _lost;
    private long _failures;

    public Heartbeat(ILeaseQueue queue, TimeSpan duration)
    {
        _queue = queue;
        _duration = duration;
        _thread = new Thread(Beat) { IsBackground = true, Name = "lease renewal", Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>Leases held: waiting, running, or waiting for their acknowledgement.</summary>
    public int Count => _held.Count;

    /// <summary>Leases that were lost since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Renewals that failed since the start, whether or not a later one succeeded in time.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public void Start() => _thread.Start();

    public void Add(HeldLease lease) => _held[lease.Lease.Sequence] = lease;

    public void Remove(HeldLease lease)
    {
        if (_held.TryRemove(KeyValuePair.Create(lease.Lease.Sequence, lease)))
            lease.Dispose();
    }

    public void Dispose()
    {
        _stop.Set();
        if (!_thread.IsAlive || _thread.Join(TimeSpan.FromSeconds(1)))
            _stop.Dispose();
    }

    private void Beat()
    {
        while (!_stop.Wait(_duration / 3))
            foreach (var batch in _held.Values.Chunk(BatchSize))
                if (!_stop.IsSet)
                    Renew(batch);
    }

    private void Renew(HeldLease[] batch)
    {
        var asked = Stopwatch.GetTimestamp();
        try
        {
            var held = _queue.Renew([.. batch.Select(lease => lease.Lease)], _duration);
            for (var i = 0; i < batch.Length; i++)
                if (held[i])
                    batch[i].Renewed(asked);
                else
                    Lose(batch[i]);
        }
        catch (ObjectDisposedException) when (_stop.IsSet)
        {
            // The worker has left and closed the queue meanwhile.
        }
        catch (TaskQueueException)
        {
            // Tried again at the next beat; a lease that runs out before that is given up here.
            Interlocked.Increment(ref _failures);
            foreach (var lease in batch.Where(lease => lease.IsOver))
                Lose(lease);
        }
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
