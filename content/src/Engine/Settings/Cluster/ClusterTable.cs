//#if (gke)
using TaskQueue.Settings.Cluster.Gke;
//#endif

namespace TaskQueue.Settings.Cluster;

/// <summary>Every line that cluster.env may have. scripts/lib/ has the same names and defaults.</summary>
internal static class ClusterTable
{
    private const string Memory = "500Mi, 2Gi";
    private const string Image =
        "[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)+(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?";

    /// <summary>A name for a namespace, a label or a cluster.</summary>
    internal const string Label = "[a-z]([a-z0-9-]{0,38}[a-z0-9])?";

    internal const string LabelRange =
        "up to 40 lower-case letters, digits and hyphens, beginning with a letter; not a name of the system";

    /// <summary>Names a cluster that kubectl knows.</summary>
    public static Setting Context { get; } = Setting.Text(
        "KUBE_CONTEXT", null, "the name of a context that \"kubectl config get-contexts --output name\" lists");

    /// <summary>The lines for every cluster.</summary>
    public static IReadOnlyList<Setting> Common { get; } =
    [
        Setting.Text("TASK_DOCKER_IMAGE", null, "an image in a registry, such as user/name:tag", Image),
        Setting.Text("TASK_NAME", null, LabelRange, $"(?!default$|keda$|kube-){Label}"),
        Setting.Choice("WORKLOAD", "job", "deployment", "scaledobject", "scaledjob"),
        Setting.Number("TASK_REPLICAS", null, 1, 10_000),
        Setting.Number("MAX_RUN_SECONDS", "86400", 60, 31_536_000),
        Setting.Choice("NETWORK_POLICY", "yes", "no"),
        Amount("CPU_REQUEST", null, "700m, 1, 1.5"),
        Amount("MEMORY_REQUEST", null, Memory),
        Amount("MEMORY_LIMIT", "", Memory),
        Amount("EPHEMERAL_STORAGE_REQUEST", "1Gi", Memory),
        Amount("EPHEMERAL_STORAGE_LIMIT", "", Memory),
        Setting.Number("GPU_COUNT", "0", 0, 16),
        Setting.Text(
            "AWS_ROLE_ARN", "", "arn:aws:iam::123456789012:role/name", "arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+"),
    ];

    public static IReadOnlyList<Setting> All { get; } =
    [
        Context,
        .. Common,
        //#if (gke)
        .. GkeCluster.Settings,
        //#endif
    ];

    /// <summary>The problem with the name of a line; null when it is a setting of the cluster.</summary>
    public static SettingProblem? FindProblemOfName(EnvLine line)
    {
        if (All.Any(setting => setting.Name == line.Name))
            return null;

        //#if (gke)
        if (GkeCluster.FindOlder(line) is { } older)
            return older;
        //#endif
        var meant = NearMiss.Find(line.Name, All.Select(setting => setting.Name));
        return new(
            $"There is no setting {line.Name} of the cluster.", line.Where,
            meant is null ? "Settings of the tasks go to task.env." : $"Did you mean {meant}?");
    }

    private static Setting Amount(string name, string? @default, string examples) =>
        new(name, @default, $"a quantity as Kubernetes has them: {examples}", value => Quantity.Parse(value) > 0);
}
