namespace TaskQueue.Contracts;

/// <summary>Settings of one task; what it leaves out is as config/task.env says.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskSettingsAttribute : Attribute
{
    /// <summary>Stands for the value of config/task.env.</summary>
    public const int AsConfigured = -1;

    /// <summary>The longest that one attempt may take, in seconds; 0 for no limit. In place of TASK_TIMEOUT_SECONDS.</summary>
    public int TimeoutSeconds { get; init; } = AsConfigured;

    /// <summary>Attempts before a row fails for good; 1 to 1000. In place of TQ_MAX_ATTEMPTS.</summary>
    public int MaxAttempts { get; init; } = AsConfigured;

    /// <summary>How long a row rests after its attempts 1, 2, 3 and so on, in seconds; the last one serves all that follow.</summary>
    public int[]? RetryDelaySeconds { get; init; }

    /// <summary>Threads that one row may use. In place of TASK_THREADS.</summary>
    public int Threads { get; init; } = AsConfigured;

    /// <summary>Memory that one row takes at its peak, in MiB.</summary>
    public int MemoryMegabytes { get; init; } = AsConfigured;
}
