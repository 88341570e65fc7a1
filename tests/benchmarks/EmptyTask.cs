using TaskQueue.Contracts;

namespace TaskQueue.Benchmarks;

/// <summary>A row of the table that tests/node/tables/write-benchmark.mjs writes.</summary>
internal sealed record EmptyParameters([property: TaskId] long Id, double Area, string Name, bool Wanted, int Tile);

/// <summary>A task that does nothing: what is left is the cost of the queue.</summary>
internal sealed class EmptyTask : ITask<EmptyParameters, bool>
{
    private static long _ran;

    public static TaskCompletionSource FirstRun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static long Ran => Interlocked.Read(ref _ran);

    /// <summary>Seconds since 1970.</summary>
    public static double First { get; private set; }

    /// <summary>The moment of the task after <see cref="WarmUp"/>: until then the compiler is at work as well.</summary>
    public static double Warm { get; private set; }

    /// <summary>How many tasks do not count.</summary>
    public static long WarmUp { get; set; }

    public static double Last { get; private set; }

    public Task<bool> RunTask(EmptyParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        Last = QueueRoles.Now();
        var ran = Interlocked.Increment(ref _ran);
        if (ran == WarmUp + 1)
            Warm = Last;
        if (ran == 1)
        {
            First = Last;
            FirstRun.TrySetResult();
        }
        return Task.FromResult(true);
    }
}
