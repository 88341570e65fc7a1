using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Settings.Cluster;

/// <summary>Whether the settings of the tasks can work in pods that come and go.</summary>
internal static class PodRules
{
    /// <summary>A node that vanishes renews no lease: its tasks wait so long.</summary>
    private const int LongestLease = 600;

    public static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, SettingLines task) =>
        FindProblemsOfLimits(cluster).Concat(FindProblemsOfQueue(task)).Concat(FindProblemsOfStore(task)).Concat(FindProblemsOfLease(task));

    /// <summary>Whether the queue or the store is one of AWS.</summary>
    public static bool WantsAws(SettingLines task) =>
        IsAt(task["CF_CLOUDPATH"], "s3://") || IsAt(task["TASKQUEUE_PATH"], "sqs://") || IsAt(task["TASKQUEUE_PATH"], "https://");

    public static bool IsAt(string address, string scheme) => address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value; null when it is none, which the check of the settings says.</summary>
    public static int? Seconds(SettingLines task, string name) =>
        int.TryParse(task[name], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;

    /// <summary>CPUs or bytes; a limit that is not given is the request.</summary>
    public static decimal Amount(SettingLines cluster, string name) => Quantity.Parse(cluster.Has(name)
        ? cluster[name]
        : cluster[name.Replace("LIMIT", "REQUEST", StringComparison.Ordinal)])!.Value;

    private static IEnumerable<SettingProblem> FindProblemsOfLimits(SettingLines cluster)
    {
        foreach (var kind in new[] { "MEMORY", "EPHEMERAL_STORAGE" })
        {
            var (request, limit) = ($"{kind}_REQUEST", $"{kind}_LIMIT");
            if (Amount(cluster, limit) < Amount(cluster, request))
            {
                yield return cluster.Problem(
                    limit, $"{limit}, {cluster[limit]}, is less than {request}, {cluster[request]}.",
                    "Give both the same value.");
            }
        }
    }

    private static IEnumerable<SettingProblem> FindProblemsOfQueue(SettingLines task)
    {
        var queue = task["TASKQUEUE_PATH"];
        var isSecret = task.WhereIs("TASKQUEUE_PATH").Contains("secret.env,", StringComparison.Ordinal);
        if (!isSecret && SecretMask.HasPassword(queue))
            yield return task.Problem("TASKQUEUE_PATH", "TASKQUEUE_PATH holds a password.", "Move the line from task.env to secret.env.");

        if (IsAt(queue, "fq://"))
        {
            yield return task.Problem(
                "TASKQUEUE_PATH", $"TASKQUEUE_PATH is {queue}, a file of this machine, which no pod can reach.",
                "Use a broker: docs/kubernetes.md.");
        }
    }

    private static IEnumerable<SettingProblem> FindProblemsOfStore(SettingLines task)
    {
        var store = task["CF_CLOUDPATH"];
        if (!IsAt(store, "s3://") && !IsAt(store, "gs://"))
        {
            yield return task.Problem(
                "CF_CLOUDPATH", $"CF_CLOUDPATH is {store}, which would vanish with its pod.",
                "Use a bucket: docs/kubernetes.md.");
        }
    }

    private static IEnumerable<SettingProblem> FindProblemsOfLease(SettingLines task)
    {
        if (Seconds(task, "TQ_LEASE_SECONDS") is { } lease && lease > LongestLease)
        {
            yield return task.Problem(
                "TQ_LEASE_SECONDS",
                $"TQ_LEASE_SECONDS is {lease}: when a node vanishes, its tasks wait that long.",
                $"Set it to 60, at most {LongestLease}. Leases are renewed, so tasks may take longer.");
        }
    }
}
