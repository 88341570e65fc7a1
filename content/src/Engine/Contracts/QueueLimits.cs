namespace TaskQueue.Contracts;

/// <summary>What a broker has to be told of the settings.</summary>
public record QueueLimits
{
    /// <summary>TQ_MAX_ATTEMPTS: attempts before a task fails for good; 1 to 1000.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>TASK_TIMEOUT_SECONDS: the longest that one attempt may take; null for no limit.</summary>
    public TimeSpan? TaskTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>TQ_LEASE_SECONDS: how long a worker holds a task before it has to renew; 1 s to 12 h.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);
}
