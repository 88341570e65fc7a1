using System.Text.RegularExpressions;

namespace TaskQueue.Settings.Cluster;

/// <summary>Every line that cluster.env may have. scripts/lib/settings.sh has the same names and defaults.</summary>
internal static partial class ClusterTable
{
    private const RegexOptions Options = RegexOptions.CultureInvariant;
    private const string Memory = "500Mi, 2Gi";
    private const string LabelRange =
        "up to 40 lower-case letters, digits and hyphens, beginning with a letter; not a name of the system";

    public static IReadOnlyList<ClusterSetting> All { get; } =
    [
        ClusterSetting.Text("GOOGLE_PROJECT_NAME", null, "a project's id, such as my-project-123456", ProjectPattern()),
        ClusterSetting.Text(
            "TASK_DOCKER_IMAGE", null, "user/name:tag or REGION-docker.pkg.dev/PROJECT/REPOSITORY/name:tag", ImagePattern()),
        ClusterSetting.Text("TASK_NAME", null, LabelRange, TaskPattern()),
        ClusterSetting.Text("GOOGLE_CLUSTER_NAME", null, LabelRange, LabelPattern()),
        ClusterSetting.Text("GOOGLE_ZONE", null, "a zone, such as us-west1-a", ZonePattern()),
        ClusterSetting.Text("GOOGLE_VPC_NETWORK_NAME", "default", "the name of a network", NetworkPattern()),
        ClusterSetting.Text("GOOGLE_SUBNETWORK", "default", "the name of a subnetwork", NetworkPattern()),
        ClusterSetting.Text("GOOGLE_SERVICE_ACCOUNT", "", "name@project.iam.gserviceaccount.com", AccountPattern()),
        ClusterSetting.Choice("CLUSTER_MODE", "standard", "autopilot"),
        new(
            "GOOGLE_COMPUTE_TYPE", null, "a machine type with its size, such as e2-standard-4 or n2-highmem-8",
            value => MachineType.Parse(value) is not null),
        ClusterSetting.Number("MAX_NODES", null, 1, 1_000),
        ClusterSetting.Choice("SPOT_FALLBACK", "no", "yes"),
        ClusterSetting.Number("PODS_PER_NODE", "32", 8, 256),
        ClusterSetting.Choice("WORKLOAD", "job", "deployment", "scaledobject", "scaledjob"),
        ClusterSetting.Number("TASK_REPLICAS", null, 1, 10_000),
        ClusterSetting.Number("MAX_RUN_SECONDS", "86400", 60, 31_536_000),
        ClusterSetting.Choice("NETWORK_POLICY", "yes", "no"),
        ClusterSetting.Quantity("CPU_REQUEST", null, "700m, 1, 1.5"),
        ClusterSetting.Quantity("MEMORY_REQUEST", null, Memory),
        ClusterSetting.Quantity("MEMORY_LIMIT", "", Memory),
        ClusterSetting.Quantity("EPHEMERAL_STORAGE_REQUEST", "1Gi", Memory),
        ClusterSetting.Quantity("EPHEMERAL_STORAGE_LIMIT", "", Memory),
        ClusterSetting.Text("GPU_TYPE", "", "a kind of GPU, such as nvidia-l4", NetworkPattern()),
        ClusterSetting.Number("GPU_COUNT", "0", 0, 16),
        ClusterSetting.Text("AWS_ROLE_ARN", "", "arn:aws:iam::123456789012:role/name", RolePattern()),
    ];

    /// <summary>Names of the older Python template that mean something else here, with what to write.</summary>
    public static IReadOnlyDictionary<string, string> Older { get; } = new Dictionary<string, string>
    {
        ["NUMBER_NODES"] = "Write MAX_NODES: nodes come and go with the work, and this is how many there may be.",
        ["GOOGLE_SUBNETWORK_REGION"] =
            "Remove the line: the region follows from GOOGLE_ZONE. GOOGLE_SUBNETWORK is the subnetwork's name.",
    };

    [GeneratedRegex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", Options)]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(
        "^[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$",
        Options)]
    private static partial Regex ImagePattern();

    [GeneratedRegex("^(?!default$|keda$|kube-)[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", Options)]
    private static partial Regex TaskPattern();

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", Options)]
    private static partial Regex LabelPattern();

    [GeneratedRegex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", Options)]
    private static partial Regex ZonePattern();

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}$", Options)]
    private static partial Regex NetworkPattern();

    [GeneratedRegex("^[a-z0-9-]+@[a-z0-9.-]+$", Options)]
    private static partial Regex AccountPattern();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", Options)]
    private static partial Regex RolePattern();
}
