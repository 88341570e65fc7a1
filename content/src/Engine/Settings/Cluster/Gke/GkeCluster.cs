using System.Globalization;

namespace TaskQueue.Settings.Cluster.Gke;

/// <summary>Clusters of Google Kubernetes Engine, which the scripts make: their lines of cluster.env and their rules.</summary>
internal static class GkeCluster
{
    /// <summary>The line that the file as it is generated leaves empty.</summary>
    public const string Project = "GOOGLE_PROJECT_NAME";

    private const string Mode = "CLUSTER_MODE";
    private const string Autopilot = "autopilot";
    private const string Name = "[a-z][a-z0-9-]{0,62}";

    /// <summary>Beyond the drain time, until the worker has left.</summary>
    private const int LeaveSeconds = 2;

    /// <summary>From the notice of a Spot node to its end, for pods.</summary>
    /// <remarks>https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms</remarks>
    private const int SpotSeconds = 15;

    private const int AutopilotSpotSeconds = 25;

    public static IReadOnlyList<Setting> Settings { get; } =
    [
        Setting.Choice(Mode, "standard", Autopilot, "none"),
        Setting.Text(Project, null, "a project's id, such as my-project-123456", "[a-z][a-z0-9-]{4,28}[a-z0-9]"),
        Setting.Text("GOOGLE_CLUSTER_NAME", null, ClusterTable.LabelRange, ClusterTable.Label),
        Setting.Text("GOOGLE_ZONE", null, "a zone, such as us-west1-a", "[a-z]+-[a-z]+[0-9]+-[a-z]"),
        Setting.Text("GOOGLE_VPC_NETWORK_NAME", "default", "the name of a network", Name),
        Setting.Text("GOOGLE_SUBNETWORK", "default", "the name of a subnetwork", Name),
        new(
            "GOOGLE_COMPUTE_TYPE", null, "a machine type with its size, such as e2-standard-4 or n2-highmem-8",
            value => MachineType.Parse(value) is not null),
        Setting.Number("MAX_NODES", null, 1, 1_000),
        Setting.Choice("SPOT_FALLBACK", "no", "yes"),
        Setting.Number("PODS_PER_NODE", "32", 8, 256),
        Setting.Text("GOOGLE_SERVICE_ACCOUNT", "", "name@project.iam.gserviceaccount.com", "[a-z0-9-]+@[a-z0-9.-]+"),
        Setting.Text("GPU_TYPE", "", "a kind of GPU, such as nvidia-l4", Name),
    ];

    /// <summary>Names of the older Python template that mean something else here, with what to write.</summary>
    private static readonly Dictionary<string, string> Older = new()
    {
        ["NUMBER_NODES"] = "Write MAX_NODES: nodes come and go with the work, and this is how many there may be.",
        ["GOOGLE_SUBNETWORK_REGION"] =
            "Remove the line: the region follows from GOOGLE_ZONE. GOOGLE_SUBNETWORK is the subnetwork's name.",
    };

    /// <summary>Whether the cluster is one of these, and not that of KUBE_CONTEXT.</summary>
    public static bool Is(SettingLines cluster) => cluster[Mode] != "none";

    /// <summary>The problem with a line of the older Python template; null when it is none.</summary>
    public static SettingProblem? FindOlder(EnvLine line) => Older.TryGetValue(line.Name, out var instead)
        ? new($"{line.Name} is not used. {instead}", line.Where, "docs/gke.md explains the lines.")
        : null;

    public static IEnumerable<SettingProblem> FindProblems(SettingLines cluster, SettingLines task)
    {
        if (cluster.Has(ClusterTable.Context.Name))
        {
            yield return cluster.Problem(
                ClusterTable.Context.Name, $"KUBE_CONTEXT is {cluster[ClusterTable.Context.Name]}, and {Mode} is {cluster[Mode]}: two clusters are named.",
                $"Empty the line, or set {Mode} to none.");
        }

        if (PodRules.WantsAws(task) && !cluster.Has("AWS_ROLE_ARN") && !task.Has("AWS_ACCESS_KEY_ID"))
        {
            yield return cluster.Problem(
                "AWS_ROLE_ARN", "The pods could not sign in to AWS: there is neither AWS_ROLE_ARN nor AWS_ACCESS_KEY_ID.",
                "Name a role in cluster.env, or write AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY into secret.env.");
        }

        var notice = cluster[Mode] == Autopilot ? AutopilotSpotSeconds : SpotSeconds;
        if (PodRules.Seconds(task, "WORKER_DRAIN_SECONDS") is { } drain && drain > notice - LeaveSeconds)
        {
            yield return task.Problem(
                "WORKER_DRAIN_SECONDS",
                string.Create(CultureInfo.InvariantCulture, $"WORKER_DRAIN_SECONDS is {drain}, and a Spot node gives a pod {notice} s, {LeaveSeconds} of them to leave."),
                string.Create(CultureInfo.InvariantCulture, $"Set it to at most {notice - LeaveSeconds}."));
        }

        foreach (var problem in NodeRules.FindProblems(cluster, isAutopilot: cluster[Mode] == Autopilot))
            yield return problem;
    }

    /// <summary>Where the workers will be.</summary>
    public static string Describe(SettingLines cluster)
    {
        var zone = cluster["GOOGLE_ZONE"];
        return cluster[Mode] == Autopilot
            ? $"on Autopilot in {zone[..^2]}"
            : $"on at most {cluster["MAX_NODES"]} Spot nodes {cluster["GOOGLE_COMPUTE_TYPE"]} in {zone}";
    }
}
