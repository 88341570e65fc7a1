namespace TaskQueue.Contracts;

/// <summary>Settings of one task; what it leaves out is as config/task.env says.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskSettingsAttribute : Attribute
{
    /// <summary>Stands for the value of config/task.env.</summary>
    public const int AsConfigured = -1;

    /// <summary>The longest that one attempt may take, in seconds; 0 for no limit, at most 2,592,000. In place of TASK_TIMEOUT_SECONDS.</summary>
    public int TimeoutSeconds { get; init; } = AsConfigured;

    /// <summary>Attempts before a row fails for good; 1 to 1000. In place of TQ_MAX_ATTEMPTS.</summary>
    public int MaxAttempts { get; init; } = AsConfigured;

    /// <summary>
    /// How long a row rests after its attempts 1, 2, 3 and so on, in seconds, each 0 to 43,200; the last one serves all that
    /// follow. In place of those of the queue.
    /// </summary>
    public int[]? RetryDelaySeconds { get; init; }

    /// <summary>Threads that one row may use; 1 to 1024. In place of TASK_THREADS.</summary>
    public int Threads { get; init; } = AsConfigured;

    /// <summary>
    /// Memory that one row takes at its peak, in MiB, 1 to 16,777,216: a worker warns when its machine has less for
    /// WORKER_CONCURRENCY rows, and "advise" asks for no less.
    /// </summary>
    public int MemoryMegabytes { get; init; } = AsConfigured;
}
