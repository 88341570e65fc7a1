namespace TaskQueue.Settings;

/// <summary>Every setting of the engine. Help, checks and error messages are made from this table.</summary>
public static class SettingsTable
{
    /// <summary>In the order in which people meet them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text(
            "TASKQUEUE_PATH", "where the queue is", "fq://queue",
            "fq://path, amqp(s)://host/queue, sqs://name or an SQS queue's https URL",
            (settings, value) => settings with { QueuePath = value }),
        Setting.Text(
            "CF_CLOUDPATH", "where outputs and records go", "output",
            "a folder, s3://bucket/prefix or gs://bucket/prefix",
            (settings, value) => settings with { CloudPath = value }),
        Setting.Text(
            "TASK_PARAMETER_FILENAME", "the parameter table", "tasks",
            "the path or store URL of a Feather file; .feather is added when it has no ending",
            (settings, value) => settings with { ParameterFilename = value }),
        Setting.Number(
            "TQ_LEASE_SECONDS", "how long a worker holds a task before it must renew; it renews while the task runs",
            60, 1, 43_200, " of seconds", (settings, value) => settings with { Lease = TimeSpan.FromSeconds(value) }),
        Setting.Number(
            "TQ_MAX_ATTEMPTS", "attempts before a task is parked as failed", 5, 1, 1_000, "",
            (settings, value) => settings with { MaxAttempts = value }),
        Setting.Number(
            "TASK_TIMEOUT_SECONDS", "hard limit of one attempt; 0 for none", 3_600, 0, 2_592_000, " of seconds",
            (settings, value) => settings with { TaskTimeout = value == 0 ? null : TimeSpan.FromSeconds(value) }),
        Setting.Number(
            "WORKER_CONCURRENCY", "tasks at once in one worker", 1, 1, 1_024, "",
            (settings, value) => settings with { Concurrency = value }),
        Setting.Number(
            "WORKER_PREFETCH", "messages that a worker on RabbitMQ holds; 0 for as many as it runs at once", 0, 0, 65_535, "",
            (settings, value) => settings with { Prefetch = value }),
        Setting.Number(
            "WORKER_DRAIN_SECONDS", "how long running tasks may go on after a worker was asked to stop",
            10, 0, 3_600, " of seconds", (settings, value) => settings with { Drain = TimeSpan.FromSeconds(value) }),
        Setting.Choice(
            "TASK_RECORDS", "all: every task is recorded; failed: failures only, when outputs are the marker", "all",
            ["all", "failed"], (settings, value) => settings with { RecordsSuccesses = value == "all" }),
    ];

    /// <summary>Beginnings of names that the engine keeps for itself: an unknown one in a file is a mistake.</summary>
    internal static IReadOnlyList<string> Prefixes { get; } = ["TASKQUEUE_", "TQ_", "TASK_", "WORKER_", "CF_"];

    /// <summary>Finds a setting by its exact name.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    /// <summary>What is wrong with the name of a line; null when it is a setting or the user's own.</summary>
    internal static SettingProblem? FindProblemOfName(EnvLine line)
    {
        if (Find(line.Name) is not null)
            return null;

        var meant = NearMiss.Find(line.Name, All.Select(setting => setting.Name));
        var isReserved = Prefixes.Any(prefix => line.Name.StartsWith(prefix, StringComparison.Ordinal));
        if (meant is null && !isReserved)
            return null;

        var names = string.Join(", ", All.Select(setting => setting.Name));
        var next = meant is null
            ? $"Settings are {names}; names of your own begin otherwise."
            : $"Did you mean {meant}?";
        return new($"There is no setting {line.Name}.", line.Where, next);
    }
}
