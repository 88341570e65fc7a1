using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>All settings of one invocation, checked: every value is inside its documented range.</summary>
public sealed record TaskQueueSettings : QueueLimits
{
    /// <summary>The folder that contains config/: relative paths start here.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>TASKQUEUE_PATH: <c>fq://path</c>, and the URLs of brokers.</summary>
    public string QueuePath { get; init; } = "fq://queue";

    /// <summary>
    /// TASK_PARAMETER_FILENAME: path or store URL of the table; <c>.feather</c> is added when no ending is given.
    /// </summary>
    public string ParameterFilename { get; init; } = "tasks";

    /// <summary>CF_CLOUDPATH: the folder or bucket prefix of outputs and records.</summary>
    public string CloudPath { get; init; } = "output";

    /// <summary>WORKER_CONCURRENCY: tasks at once in one worker; 1 to 1024.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>TASKS_PER_MINUTE: tasks that one worker starts in a minute, evenly spaced; 0 for no limit.</summary>
    public int TasksPerMinute { get; init; }

    /// <summary>TASK_THREADS: threads that one task may use; 1 to 1024.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// WORKER_PREFETCH: messages that a broker pushes to one worker ahead of their acknowledgement; 0 for as many as run at
    /// once.
    /// </summary>
    public int Prefetch { get; init; }

    /// <summary>WORKER_DRAIN_SECONDS: grace for running tasks after SIGTERM; 0 to 3600 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>INPUT_ROOTS: further folders, and servers of this machine, that tasks may read, separated by commas.</summary>
    public string InputRoots { get; init; } = "";

    /// <summary>TASK_RECORDS: whether successes are recorded too, or failures only because outputs are the marker.</summary>
    public bool RecordsSuccesses { get; init; } = true;

    /// <summary>TASK_BUILD: whether rows that another build has queued are run, too.</summary>
    public OtherBuilds OtherBuilds { get; init; }

    /// <summary>The project's own lines of the env files and the environment, by name.</summary>
    public IReadOnlyDictionary<string, string> UserValues { get; init; } = new Dictionary<string, string>();

    /// <param name="projectRoot">The folder that contains config/.</param>
    /// <param name="values">A value that is allowed for each setting of <see cref="SettingsTable"/>, by name.</param>
    internal static TaskQueueSettings Of(string projectRoot, IReadOnlyDictionary<string, string> values)
    {
        return new()
        {
            ProjectRoot = projectRoot,
            QueuePath = values["TASKQUEUE_PATH"],
            CloudPath = values["CF_CLOUDPATH"],
            ParameterFilename = values["TASK_PARAMETER_FILENAME"],
            Lease = Seconds("TQ_LEASE_SECONDS"),
            MaxAttempts = Number("TQ_MAX_ATTEMPTS"),
            TaskTimeout = Number("TASK_TIMEOUT_SECONDS") == 0 ? null : Seconds("TASK_TIMEOUT_SECONDS"),
            Concurrency = Number("WORKER_CONCURRENCY"),
            TasksPerMinute = Number("TASKS_PER_MINUTE"),
            Threads = Number("TASK_THREADS"),
            //#if (rabbitmq)
            Prefetch = Number("WORKER_PREFETCH"),
            //#endif
            Drain = Seconds("WORKER_DRAIN_SECONDS"),
            InputRoots = values["INPUT_ROOTS"],
            RecordsSuccesses = values["TASK_RECORDS"] == "all",
            OtherBuilds = Enum.Parse<OtherBuilds>(values["TASK_BUILD"], ignoreCase: true),
        };

        int Number(string name) => int.Parse(values[name], CultureInfo.InvariantCulture);
        TimeSpan Seconds(string name) => TimeSpan.FromSeconds(Number(name));
    }
}
