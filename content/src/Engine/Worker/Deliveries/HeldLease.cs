using TaskQueue.Queues;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>A lease of this worker, from the queue's answer to the acknowledgement.</summary>
internal sealed class HeldLease(Lease lease, ILeaseQueue queue, TimeSpan duration, TimeProvider clock, long leasedAt) : ITaskDelivery, IDisposable
{
    private static readonly TimeSpan MostToEnd = TimeSpan.FromSeconds(1);

    // Made when it is asked for: thousands of leases may wait, and the collector goes through all that they hold.
    private CancellationTokenSource? _lost;
    private readonly long _came = clock.GetTimestamp();
    private long _expires = leasedAt + Ticks(clock, duration);
    private long _due = leasedAt + Ticks(clock, duration / 3);
    private long _unansweredSince;
    private volatile bool _isLost;

    public Lease Lease { get; } = lease;

    public int? Attempt => Lease.Attempt;

    public bool IsRepeat => Lease.IsRepeat;

    public CancellationToken Lost => Source.Token;

    public Task<TaskReport>? Report { get; set; }

    /// <summary>Whether the lease has run out by this machine's monotonic clock, which a stopped process does not stop.</summary>
    public bool IsOver => TimeLeft <= TimeSpan.Zero;

    /// <summary>Until the lease runs out; negative afterwards.</summary>
    public TimeSpan TimeLeft => clock.GetElapsedTime(clock.GetTimestamp(), Interlocked.Read(ref _expires));

    /// <summary>Since it came: the queue may have been asked long before.</summary>
    public TimeSpan Age => clock.GetElapsedTime(_came);

    /// <summary>Whether a third of the time has gone.</summary>
    public bool IsDue => clock.GetTimestamp() >= Interlocked.Read(ref _due);

    /// <summary>
    /// Whether the time is all but over, and the queue was asked to renew while there was time but has not done so.
    /// The rest is for the task to end in.
    /// </summary>
    public bool RunsOutUnanswered =>
        Interlocked.Read(ref _unansweredSince) is not 0 and var since
        && since < Interlocked.Read(ref _expires) && TimeLeft <= ToEnd;

    /// <summary>What a cancelled task may need to end, but no more than a tenth of the lease.</summary>
    private TimeSpan ToEnd => duration / 10 < MostToEnd ? duration / 10 : MostToEnd;

    public bool IsStillHeld()
    {
        if (_isLost)
            return false;
        if (!IsOver)
            return true;

        var asked = clock.GetTimestamp();
        if (IsRenewed())
        {
            Renewed(asked);
            return true;
        }
        Lose();
        return false;
    }

    /// <param name="asked">Timestamp of the question whether the lease can be renewed.</param>
    public void Asked(long asked) => Interlocked.CompareExchange(ref _unansweredSince, asked, 0);

    /// <param name="asked">Timestamp from before the queue was asked: the lease is at least so long.</param>
    public void Renewed(long asked)
    {
        Interlocked.Exchange(ref _expires, asked + Ticks(clock, duration));
        Interlocked.Exchange(ref _due, asked + Ticks(clock, duration / 3));
        Interlocked.Exchange(ref _unansweredSince, 0);
    }

    public void Lose()
    {
        _isLost = true;
        Source.Cancel();
    }

    public void Dispose() => _lost?.Dispose();

    /// <summary>A queue that cannot be asked may have given the message to somebody else.</summary>
    private bool IsRenewed()
    {
        try
        {
            return queue.Renew([Lease], duration)[0] == Renewal.Held;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private CancellationTokenSource Source => LazyInitializer.EnsureInitialized(ref _lost);

    private static long Ticks(TimeProvider clock, TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
