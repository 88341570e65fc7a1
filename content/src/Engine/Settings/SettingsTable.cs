namespace TaskQueue.Settings;

/// <summary>Every setting of the engine; <see cref="TaskQueueSettings"/> says what each means.</summary>
public static class SettingsTable
{
    private static readonly string[] QueueForms =
    [
        "fq://path",
        //#if (rabbitmq)
        "amqp(s)://host/queue",
        //#endif
        //#if (sqs)
        "sqs://name", "an SQS queue's https URL",
        //#endif
    ];

    private static readonly string[] StoreForms =
    [
        "a folder",
        //#if (s3)
        "s3://bucket/prefix",
        //#endif
        //#if (gcs)
        "gs://bucket/prefix",
        //#endif
    ];

    /// <summary>In the order in which people meet them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text("TASKQUEUE_PATH", "fq://queue", string.Join(", ", QueueForms)),
        Setting.Path("CF_CLOUDPATH", "output", string.Join(", ", StoreForms)),
        Setting.Path(
            "TASK_PARAMETER_FILENAME", "tasks",
            "the path or store URL of a Feather file; .feather is added when it has no ending"),
        Setting.Number("TQ_LEASE_SECONDS", "60", 1, 43_200, " of seconds"),
        Setting.Number("TQ_MAX_ATTEMPTS", "5", 1, 1_000),
        Setting.Number("TASK_TIMEOUT_SECONDS", "3600", 0, 2_592_000, " of seconds"),
        Setting.Number("WORKER_CONCURRENCY", "1", 1, 1_024),
        Setting.Number("TASKS_PER_MINUTE", "0", 0, 1_000_000),
        Setting.Number("TASK_THREADS", "1", 1, 1_024),
        //#if (rabbitmq)
        Setting.Number("WORKER_PREFETCH", "0", 0, 65_535),
        //#endif
        Setting.Number("WORKER_DRAIN_SECONDS", "10", 0, 3_600, " of seconds"),
        new(
            "INPUT_ROOTS", "", "folders and origins such as http://127.0.0.1:9000/, separated by commas, that tasks may read beside project and store",
            value => value.Split(',').All(IsRoot) || value == ""),
        Setting.Choice("TASK_RECORDS", "all", "failed"),
        Setting.Choice("TASK_BUILD", "warn", "any", "same"),
    ];

    /// <summary>Beginnings of names that the engine keeps for itself: an unknown one in a file is a mistake.</summary>
    internal static IReadOnlyList<string> Prefixes { get; } = ["TASKQUEUE_", "TQ_", "TASK_", "WORKER_", "CF_"];

    /// <summary>Finds a setting by its exact name.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    private static bool IsRoot(string entry) =>
        entry is not ("" or ['~', ..]) && (!entry.Contains("://", StringComparison.Ordinal) || entry.StartsWith("file:///", StringComparison.Ordinal)
        || (Uri.TryCreate(entry, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", UserInfo: "", Fragment: "" }));

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
