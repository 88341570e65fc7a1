using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>All settings of one invocation, checked: every value is inside its documented range.</summary>
public sealed record TaskQueueSettings
{
    /// <summary>The folder that contains config/: relative paths start here.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>TASKQUEUE_PATH: <c>fq://path</c>, and the URLs of brokers.</summary>
    public string QueuePath { get; init; } = "fq://queue";

    /// <summary>TQ_LEASE_SECONDS: how long a worker holds a task before it has to renew; 1 s to 12 h.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>TQ_MAX_ATTEMPTS: attempts before a task is parked; 1 to 1000.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>TASK_TIMEOUT_SECONDS: hard limit of one attempt; null for none.</summary>
    public TimeSpan? TaskTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// TASK_PARAMETER_FILENAME: path or store URL of the table; <c>.feather</c> is added when no ending is given.
    /// </summary>
    public string ParameterFilename { get; init; } = "tasks";

    /// <summary>CF_CLOUDPATH: the folder or bucket prefix of outputs and records.</summary>
    public string CloudPath { get; init; } = "output";

    /// <summary>WORKER_CONCURRENCY: tasks at once in one worker; 1 to 1024.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>WORKER_PREFETCH: messages that a broker pushes to one worker ahead of their acknowledgement; 0 for as many as run at once.</summary>
    public int Prefetch { get; init; }

    /// <summary>WORKER_DRAIN_SECONDS: grace for running tasks after SIGTERM; 0 to 3600 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>TASK_RECORDS: whether successes are recorded too, or failures only.</summary>
    public bool RecordsSuccesses { get; init; } = true;

    /// <summary>What a broker has to be told.</summary>
    public QueueLimits QueueLimits => new() { MaxAttempts = MaxAttempts, TaskTimeout = TaskTimeout, Lease = Lease };

    /// <summary>The project's own lines of the env files and the environment, by name.</summary>
    public IReadOnlyDictionary<string, string> UserValues { get; init; } = new Dictionary<string, string>();
}
