using System.Diagnostics;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>A lease of this worker, from the queue's answer to the acknowledgement.</summary>
internal sealed class HeldLease(Lease lease, ILeaseQueue queue, TimeSpan duration, long leasedAt) : ITaskDelivery, IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private long _expires = leasedAt + Ticks(duration);
    private volatile bool _isLost;

    public Lease Lease { get; } = lease;

    public int? Attempt => Lease.Attempt;

    public bool IsRepeat => Lease.IsRepeat;

    public CancellationToken Lost => _lost.Token;

    /// <summary>Set by the consumer when the attempt has ended.</summary>
    public TaskReport? Report { get; set; }

    /// <summary>Whether the lease has run out by this machine's monotonic clock, which a stopped process does not stop.</summary>
    public bool IsOver => Stopwatch.GetTimestamp() >= Interlocked.Read(ref _expires);

    public bool IsStillHeld()
    {
        if (_isLost)
            return false;
        if (!IsOver)
            return true;

        var asked = Stopwatch.GetTimestamp();
        if (queue.Renew([Lease], duration)[0])
        {
            Renewed(asked);
            return true;
        }
        Lose();
        return false;
    }

    /// <param name="asked">Timestamp from before the queue was asked: the lease is at least so long.</param>
    public void Renewed(long asked) => Interlocked.Exchange(ref _expires, asked + Ticks(duration));

    public void Lose()
    {
        _isLost = true;
        _lost.Cancel();
    }

    public void Dispose() => _lost.Dispose();

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
