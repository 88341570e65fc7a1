using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Settings.Cluster;

/// <summary>Whether the settings of the tasks can work in pods that come and go.</summary>
internal static class PodRules
{
    /// <summary>Beyond the drain time, until the worker has left.</summary>
    private const int LeaveSeconds = 2;

    /// <summary>From the notice of a Spot node to its end, for pods.</summary>
    /// <remarks>https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms</remarks>
    private const int SpotSeconds = 15;

    private const int AutopilotSpotSeconds = 25;

    /// <summary>A node that vanishes renews no lease: its tasks wait so long.</summary>
    private const int LongestLease = 600;

    private const string Region = "AWS_REGION";

    private static readonly string[] RabbitNames = ["RABBITMQ_MANAGEMENT_URL"];
    private static readonly string[] SqsNames = [Region, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

    public static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, SettingLines task) =>
        FindProblemsOfQueue(cluster, task).Concat(FindProblemsOfStore(cluster, task)).Concat(FindProblemsOfTimes(cluster, task));

    private static IEnumerable<SettingProblem> FindProblemsOfQueue(SettingLines cluster, SettingLines task)
    {
        var queue = task["TASKQUEUE_PATH"];
        var isSecret = task.WhereIs("TASKQUEUE_PATH").Contains("secret.env,", StringComparison.Ordinal);
        if (!isSecret && SecretMask.HasPassword(queue))
            yield return task.Problem("TASKQUEUE_PATH", "TASKQUEUE_PATH holds a password.", "Move the line from task.env to secret.env.");

        if (IsAt(queue, "fq://"))
        {
            yield return task.Problem(
                "TASKQUEUE_PATH", $"TASKQUEUE_PATH is {queue}, a file of this machine, which no pod can reach.",
                "Use amqps://host/queue or sqs://name.");
        }

        if (!cluster["WORKLOAD"].StartsWith("scaled", StringComparison.Ordinal))
            yield break;

        var namesRegion = queue.StartsWith("https://", StringComparison.Ordinal) || queue.Count(letter => letter == '/') > 2;
        foreach (var name in IsAt(queue, "amqp") ? RabbitNames : SqsNames)
        {
            if (!task.Has(name) && !(name == Region && namesRegion))
            {
                yield return cluster.Problem(
                    "WORKLOAD", $"WORKLOAD is {cluster["WORKLOAD"]}, and KEDA needs {name} to count the messages.",
                    $"Write {name} into {(name == Region ? "task.env" : "secret.env")}.");
            }
        }
    }

    private static IEnumerable<SettingProblem> FindProblemsOfStore(SettingLines cluster, SettingLines task)
    {
        var store = task["CF_CLOUDPATH"];
        if (!IsAt(store, "s3://") && !IsAt(store, "gs://"))
        {
            yield return task.Problem(
                "CF_CLOUDPATH", $"CF_CLOUDPATH is {store}, which would vanish with its pod.",
                "Use s3://bucket/prefix or gs://bucket/prefix.");
        }

        var queue = task["TASKQUEUE_PATH"];
        var wantsAws = IsAt(store, "s3://") || IsAt(queue, "sqs://") || IsAt(queue, "https://");
        if (wantsAws && !cluster.Has("AWS_ROLE_ARN") && !task.Has("AWS_ACCESS_KEY_ID"))
        {
            yield return cluster.Problem(
                "AWS_ROLE_ARN", "The pods could not sign in to AWS: there is neither AWS_ROLE_ARN nor AWS_ACCESS_KEY_ID.",
                "Name a role in cluster.env, or write AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY into secret.env.");
        }
    }

    private static IEnumerable<SettingProblem> FindProblemsOfTimes(SettingLines cluster, SettingLines task)
    {
        var notice = cluster["CLUSTER_MODE"] == "autopilot" ? AutopilotSpotSeconds : SpotSeconds;
        if (Seconds(task, "WORKER_DRAIN_SECONDS") is { } drain && drain > notice - LeaveSeconds)
        {
            yield return task.Problem(
                "WORKER_DRAIN_SECONDS",
                $"WORKER_DRAIN_SECONDS is {drain}, and a Spot node gives a pod {notice} s, 2 of them to leave.",
                $"Set it to at most {notice - LeaveSeconds}.");
        }

        if (Seconds(task, "TQ_LEASE_SECONDS") is { } lease && lease > LongestLease)
        {
            yield return task.Problem(
                "TQ_LEASE_SECONDS",
                $"TQ_LEASE_SECONDS is {lease}: when a Spot node vanishes, its tasks wait that long.",
                $"Set it to 60, at most {LongestLease}. Leases are renewed, so tasks may take longer.");
        }
    }

    private static bool IsAt(string address, string scheme) => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value; null when it is none, which the check of the settings says.</summary>
    private static int? Seconds(SettingLines task, string name) =>
        int.TryParse(task[name], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
