namespace TaskQueue.Worker.Deliveries;

/// <summary>Counts the rows that a worker takes, which may have been asked to run so many.</summary>
internal sealed class TaskBudget(WorkerRequest request)
{
    private readonly TaskCompletionSource _allTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _taken;

    /// <summary>Rows that were taken; of a group, those that were started.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Ends when as many rows were taken as the worker was asked to run.</summary>
    public Task WhenAllTaken => _allTaken.Task;

    /// <summary>Takes rows that are in hand.</summary>
    public void Take(int rows) => Interlocked.Add(ref _taken, rows);

    /// <summary>Takes one row, unless the worker has as many as it was asked to run.</summary>
    public bool TryTake()
    {
        if (request.MaxTasks is not { } most)
            return true;

        var taken = Interlocked.Increment(ref _taken);
        if (taken >= most)
            _allTaken.TrySetResult();
        if (taken > most)
            Interlocked.Decrement(ref _taken);
        return taken <= most;
    }
}
