using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>The attributes of a queue that may cost tasks.</summary>
internal static class SqsWarnings
{
    /// <summary>The longest that SQS keeps a message.</summary>
    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(14);

    public static IEnumerable<string> Of(SqsQueueInfo main, SqsQueueInfo? dead, QueueLimits limits)
    {
        if (main.Retention < LongestRetention)
            yield return $"SQS deletes tasks of {main.Name} that are not done {Text(main.Retention.Value)} after the insert; "
                + "set its MessageRetentionPeriod to 1209600, which is 14 days";
        if (dead is null)
            yield return $"{main.Name} has no dead-letter queue, and no worker starts without; make one: dotnet run check --create";
        else if (dead.Retention < main.Retention)
            yield return $"SQS deletes failed tasks in {dead.Name} {Text(dead.Retention.Value)} after the insert, before tasks that wait; "
                + $"set its MessageRetentionPeriod to {main.Retention.Value.TotalSeconds:0}";
        if (dead is not null && main.Redrive is null)
            yield return $"{main.Name} has no redrive policy: a task that kills its workers before they can count comes back for ever; "
                + "set one: dotnet run check --create";
        if (main.Redrive?.MaxReceiveCount <= limits.MaxAttempts)
            yield return $"maxReceiveCount of {main.Name} is {main.Redrive.MaxReceiveCount}: SQS parks tasks after so many deliveries, "
                + $"failed or not; set it to {SqsCreation.MaxReceiveCount(limits)}, which is TQ_MAX_ATTEMPTS + 20";
        if (dead?.MaxMessageBytes < main.MaxMessageBytes)
            yield return $"{dead.Name} takes smaller messages than {main.Name}; set its MaximumMessageSize to {main.MaxMessageBytes}";
        if (limits.TaskTimeout is null)
            yield return "TASK_TIMEOUT_SECONDS=0 sets no limit, but SQS takes a message back after 12 h: longer tasks are cancelled";
    }

    private static string Text(TimeSpan time) => time >= TimeSpan.FromDays(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
