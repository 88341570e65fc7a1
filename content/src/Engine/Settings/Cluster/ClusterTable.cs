namespace TaskQueue.Settings.Cluster;

/// <summary>Every line that cluster.env may have. scripts/lib/settings.sh has the same names and defaults.</summary>
internal static class ClusterTable
{
    private const string Memory = "500Mi, 2Gi";
    private const string LabelRange =
        "up to 40 lower-case letters, digits and hyphens, beginning with a letter; not a name of the system";
    private const string Label = "[a-z]([a-z0-9-]{0,38}[a-z0-9])?";
    private const string Name = "[a-z][a-z0-9-]{0,62}";
    private const string Image =
        "[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Setting.Text(
            "GOOGLE_PROJECT_NAME", null, "a project's id, such as my-project-123456", "[a-z][a-z0-9-]{4,28}[a-z0-9]"),
        Setting.Text(
            "TASK_DOCKER_IMAGE", null, "user/name:tag or REGION-docker.pkg.dev/PROJECT/REPOSITORY/name:tag", Image),
        Setting.Text("TASK_NAME", null, LabelRange, $"(?!default$|keda$|kube-){Label}"),
        Setting.Text("GOOGLE_CLUSTER_NAME", null, LabelRange, Label),
        Setting.Text("GOOGLE_ZONE", null, "a zone, such as us-west1-a", "[a-z]+-[a-z]+[0-9]+-[a-z]"),
        Setting.Text("GOOGLE_VPC_NETWORK_NAME", "default", "the name of a network", Name),
        Setting.Text("GOOGLE_SUBNETWORK", "default", "the name of a subnetwork", Name),
        Setting.Text("GOOGLE_SERVICE_ACCOUNT", "", "name@project.iam.gserviceaccount.com", "[a-z0-9-]+@[a-z0-9.-]+"),
        Setting.Choice("CLUSTER_MODE", "standard", "autopilot"),
        new(
            "GOOGLE_COMPUTE_TYPE", null, "a machine type with its size, such as e2-standard-4 or n2-highmem-8",
            value => MachineType.Parse(value) is not null),
        Setting.Number("MAX_NODES", null, 1, 1_000),
        Setting.Choice("SPOT_FALLBACK", "no", "yes"),
        Setting.Number("PODS_PER_NODE", "32", 8, 256),
        Setting.Choice("WORKLOAD", "job", "deployment", "scaledobject", "scaledjob"),
        Setting.Number("TASK_REPLICAS", null, 1, 10_000),
        Setting.Number("MAX_RUN_SECONDS", "86400", 60, 31_536_000),
        Setting.Choice("NETWORK_POLICY", "yes", "no"),
        Amount("CPU_REQUEST", null, "700m, 1, 1.5"),
        Amount("MEMORY_REQUEST", null, Memory),
        Amount("MEMORY_LIMIT", "", Memory),
        Amount("EPHEMERAL_STORAGE_REQUEST", "1Gi", Memory),
        Amount("EPHEMERAL_STORAGE_LIMIT", "", Memory),
        Setting.Text("GPU_TYPE", "", "a kind of GPU, such as nvidia-l4", Name),
        Setting.Number("GPU_COUNT", "0", 0, 16),
        Setting.Text(
            "AWS_ROLE_ARN", "", "arn:aws:iam::123456789012:role/name", "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+"),
    ];

    /// <summary>Names of the older Python template that mean something else here, with what to write.</summary>
    private static readonly Dictionary<string, string> Older = new()
    {
        ["NUMBER_NODES"] = "Write MAX_NODES: nodes come and go with the work, and this is how many there may be.",
        ["GOOGLE_SUBNETWORK_REGION"] =
            "Remove the line: the region follows from GOOGLE_ZONE. GOOGLE_SUBNETWORK is the subnetwork's name.",
    };

    /// <summary>What is wrong with the name of a line; null when it is a setting of the cluster.</summary>
    public static SettingProblem? FindProblemOfName(EnvLine line)
    {
        if (All.Any(setting => setting.Name == line.Name))
            return null;

        if (Older.TryGetValue(line.Name, out var instead))
            return new($"{line.Name} is not used. {instead}", line.Where, "docs/kubernetes.md says what the lines of cluster.env mean.");

        var meant = NearMiss.Find(line.Name, All.Select(setting => setting.Name));
        return new(
            $"There is no setting {line.Name} of the cluster.", line.Where,
            meant is null ? "Settings of the tasks go to task.env." : $"Did you mean {meant}?");
    }

    private static Setting Amount(string name, string? @default, string examples) =>
        new(name, @default, $"a quantity as Kubernetes has them: {examples}", value => Quantity.Parse(value) > 0);
}
