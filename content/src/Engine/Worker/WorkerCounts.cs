namespace TaskQueue.Worker;

/// <summary>What a worker has done so far.</summary>
public sealed class WorkerCounts
{
    private long _done;
    private long _failed;
    private long _skipped;
    private int _running;

    public long Done => Interlocked.Read(ref _done);

    /// <summary>Failed attempts, whether or not another one followed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Rows that had a done record already.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Tasks that are running now.</summary>
    public int Running => Volatile.Read(ref _running);

    public long Finished => Done + Failed + Skipped;

    public void Started() => Interlocked.Increment(ref _running);

    public void Ended(TaskOutcome outcome)
    {
        Interlocked.Decrement(ref _running);
        switch (outcome)
        {
            case TaskOutcome.Done:
                Interlocked.Increment(ref _done);
                break;
            case TaskOutcome.AlreadyDone:
                Interlocked.Increment(ref _skipped);
                break;
            case TaskOutcome.Failed or TaskOutcome.Parked:
                Interlocked.Increment(ref _failed);
                break;
        }
    }
}
