using System.Globalization;
using System.Reflection;
using TaskQueue.Contracts;
using TaskQueue.Settings;

namespace TaskQueue.Binding;

/// <summary>What holds for the rows of one task: its own settings, else those of the project.</summary>
/// <param name="Own">What the class of the task sets; null for a task that this program does not have.</param>
/// <param name="Project">The project's settings.</param>
internal readonly record struct TaskLimits(TaskSettingsAttribute? Own, TaskQueueSettings Project)
{
    /// <summary>Longer ones no broker holds, and a queue file takes them for a clock that was set back.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(12);

    /// <summary>Of a row that is given back: rows that are ready come first, and no loop runs hot.</summary>
    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(100);

    private static readonly (string Name, Func<TaskSettingsAttribute, int> Get, int Min, int Max)[] Ranges =
    [
        (nameof(Own.TimeoutSeconds), own => own.TimeoutSeconds, 0, 2_592_000),
        (nameof(Own.MaxAttempts), own => own.MaxAttempts, 1, 1000),
        (nameof(Own.Threads), own => own.Threads, 1, 1024),
        (nameof(Own.MemoryMegabytes), own => own.MemoryMegabytes, 1, 1 << 24),
    ];

    /// <summary>The longest that one attempt may take; null for no limit.</summary>
    public TimeSpan? Timeout => Set(Own?.TimeoutSeconds) is not { } seconds ? Project.TaskTimeout : seconds == 0 ? null : TimeSpan.FromSeconds(seconds);

    /// <summary>Where <see cref="Timeout"/> can be changed, for people.</summary>
    public string TimeoutSource => Set(Own?.TimeoutSeconds) is null ? "TASK_TIMEOUT_SECONDS" : "TimeoutSeconds of its [TaskSettings]";

    public int MaxAttempts => Set(Own?.MaxAttempts) ?? Project.MaxAttempts;

    public int Threads => Set(Own?.Threads) ?? Project.Threads;

    /// <summary>In bytes; null when the task does not say.</summary>
    public long? Memory => Set(Own?.MemoryMegabytes) is { } megabytes ? (long)megabytes << 20 : null;

    /// <summary>How long a row rests after a failed attempt; null for what its queue does of itself.</summary>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="exception">What the task threw: it may say so itself.</param>
    public TimeSpan? RestAfter(int attempt, Exception? exception) => exception switch
    {
        TaskRetryException { After: var after } => Clamp(after),
        TaskGivenBackException { After: var after } => Clamp(after > LeastRest ? after : LeastRest),
        _ => Own?.RetryDelaySeconds is { } delays ? TimeSpan.FromSeconds(delays[Math.Clamp(attempt, 1, delays.Length) - 1]) : null,
    };

    /// <summary>What a broker is told: the largest limits of all tasks. Every verb declares the same, whichever task it is for.</summary>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="project">The project's settings.</param>
    public static QueueLimits OfQueue(Assembly tasks, TaskQueueSettings project)
    {
        var limits = tasks.GetTypes().Where(TaskDefinition.IsTask)
            .Select(type => new TaskLimits(type.GetCustomAttribute<TaskSettingsAttribute>(), project)).DefaultIfEmpty(new(null, project)).ToList();
        return project with
        {
            MaxAttempts = limits.Max(task => task.MaxAttempts),
            TaskTimeout = limits.Exists(task => task.Timeout is null) ? null : limits.Max(task => task.Timeout),
        };
    }

    /// <summary>Which property is out of its range, and what is allowed; null when all are sound.</summary>
    public static string? FindProblem(TaskSettingsAttribute own)
    {
        foreach (var (name, get, min, max) in Ranges)
            if (get(own) is not TaskSettingsAttribute.AsConfigured and var value && (value < min || value > max))
                return string.Create(CultureInfo.InvariantCulture, $"{name} = {value}; allowed: {min} to {max}");
        var longest = (int)LongestRest.TotalSeconds;
        return own.RetryDelaySeconds is { } delays && (delays.Length == 0 || delays.Any(delay => delay < 0 || delay > longest))
            ? string.Create(CultureInfo.InvariantCulture, $"{nameof(own.RetryDelaySeconds)} = [{string.Join(", ", delays)}]; allowed: one or more numbers from 0 to {longest}")
            : null;
    }

    private static TimeSpan Clamp(TimeSpan rest) => TimeSpan.FromTicks(Math.Clamp(rest.Ticks, 0, LongestRest.Ticks));

    private static int? Set(int? value) => value is TaskSettingsAttribute.AsConfigured ? null : value;
}
