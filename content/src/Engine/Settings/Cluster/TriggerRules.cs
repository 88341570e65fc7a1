namespace TaskQueue.Settings.Cluster;

/// <summary>Whether KEDA can count the messages of the queue, where it starts the workers.</summary>
internal static class TriggerRules
{
    public static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, SettingLines task)
    {
        if (!cluster["WORKLOAD"].StartsWith("scaled", StringComparison.Ordinal))
            yield break;

        var queue = task["TASKQUEUE_PATH"];
        //#if (rabbitmq)
        if (PodRules.IsAt(queue, "amqp") && !task.Has("RABBITMQ_MANAGEMENT_URL"))
            yield return Missing(cluster, "RABBITMQ_MANAGEMENT_URL", "secret.env");
        //#endif
        //#if (sqs)
        var isUrl = PodRules.IsAt(queue, "https://");
        if (!isUrl && !PodRules.IsAt(queue, "sqs://"))
            yield break;
        if (!isUrl && queue.Count(letter => letter == '/') < 3 && !task.Has("AWS_REGION"))
            yield return Missing(cluster, "AWS_REGION", "task.env");
        // Without keys it has an identity.
        if (task.Has("AWS_ACCESS_KEY_ID") && !task.Has("AWS_SECRET_ACCESS_KEY"))
            yield return Missing(cluster, "AWS_SECRET_ACCESS_KEY", "secret.env");
        //#endif
    }

    private static SettingProblem Missing(SettingLines cluster, string name, string file) => cluster.Problem(
        "WORKLOAD", $"WORKLOAD is {cluster["WORKLOAD"]}, and KEDA needs {name} to count the messages.", $"Write {name} into {file}.");
}
