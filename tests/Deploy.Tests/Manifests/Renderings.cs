using System.Text.Json;

namespace TaskQueue.DeployTests.Manifests;

/// <summary>What scripts/render.sh prints for every workload and every kind of queue, read and checked once.</summary>
public sealed class Renderings : IDisposable
{
    private const string Keyless = "-keyless";
    private const string SecretFiles = "-secret-files";
    private const string Role = "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/worker";

    private const string Rabbit = "TASKQUEUE_PATH=amqps://rabbit.example.com/%2Ffarm/work";

    private readonly Workspace _workspace;
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task> _rendering;

    public Renderings(Workspace workspace)
    {
        _workspace = workspace;
        _rendering = new(RenderAsync);
    }

    /// <summary>Name of the rendering, and the settings that differ.</summary>
    private static Dictionary<string, string[]> All { get; } = new()
    {
        ["job"] = [],
        ["job-rabbitmq"] = [Rabbit],
        ["job-rabbitmq-plain"] = ["TASKQUEUE_PATH=amqp://rabbit.example.com/work"],
        ["job-rabbitmq-port"] = ["TASKQUEUE_PATH=amqps://[2001:db8::5]:5679/work"],
        ["job-other-s3"] = ["CF_CLOUDPATH=s3://bucket/prefix", "AWS_ENDPOINT_URL_S3=https://minio.example.com:9000"],
        ["job-no-policy"] = ["NETWORK_POLICY=no", Rabbit],
        ["job-fallback"] = ["SPOT_FALLBACK=yes"],
        ["job-gpu"] = ["GPU_TYPE=nvidia-l4", "GPU_COUNT=2"],
        ["job-aws-identity"] = [Role],
        ["job-secret-files"] = [],
        ["job-other-settings"] = ["WORKER_DRAIN_SECONDS=7", "MEMORY_LIMIT=3Gi", "MAX_RUN_SECONDS=3600"],
        ["job-collector"] = ["OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318"],
        ["job-many"] = ["TASK_REPLICAS=1000"],
        ["job-few"] = ["TASK_REPLICAS=1"],
        ["job-autopilot"] = ["CLUSTER_MODE=autopilot"],
        ["deployment"] = ["WORKLOAD=deployment"],
        ["deployment-rabbitmq"] = ["WORKLOAD=deployment", Rabbit],
        ["scaledobject"] = ["WORKLOAD=scaledobject"],
        ["scaledobject-rabbitmq"] = ["WORKLOAD=scaledobject", Rabbit],
        ["scaledjob"] = ["WORKLOAD=scaledjob", "TASKQUEUE_PATH=https://sqs.us-west-2.amazonaws.com/123456789012/work"],
        ["scaledjob-region"] = ["WORKLOAD=scaledjob", "TASKQUEUE_PATH=sqs://eu-central-1/work"],
        ["scaledjob-rabbitmq"] = ["WORKLOAD=scaledjob", "TASKQUEUE_PATH=amqps://rabbit.example.com/work", "GPU_TYPE=nvidia-l4", "GPU_COUNT=1"],
        ["scaledjob-role-keyless"] = ["WORKLOAD=scaledjob", Role],
        ["job-any"] = [.. AnyCluster],
        ["job-any-gpu"] = [.. AnyCluster, "GPU_COUNT=2"],
        ["job-any-s3-keyless"] = [.. AnyCluster, Rabbit, "CF_CLOUDPATH=s3://bucket/prefix"],
        ["deployment-any"] = [.. AnyCluster, "WORKLOAD=deployment", Rabbit],
        ["scaledobject-any-keyless"] = [.. AnyCluster, "WORKLOAD=scaledobject"],
        ["scaledjob-any-role-keyless"] = [.. AnyCluster, "WORKLOAD=scaledjob", Role],
        ["scaledjob-any-secret-files"] = [.. AnyCluster, "WORKLOAD=scaledjob", Rabbit],
    };

    /// <summary>A cluster that is not Google's; lines for Google's that are left in the file mean nothing there.</summary>
    private static string[] AnyCluster => ["CLUSTER_MODE=none", "KUBE_CONTEXT=kind-tasks", "SPOT_FALLBACK=yes", "GPU_TYPE=nvidia-l4"];

    /// <summary>The YAML files, one a rendering.</summary>
    public IEnumerable<string> Files => All.Keys.Select(name => _folder[$"{name}.yaml"]);

    /// <summary>What the type check said; empty when all is well.</summary>
    public string Findings { get; private set; } = "";

    /// <summary>Every document of every rendering.</summary>
    internal IReadOnlyList<Manifest> Manifests { get; private set; } = [];

    /// <summary>The document of that kind in one rendering.</summary>
    internal Manifest Find(string rendering, string kind) =>
        Assert.Single(Manifests, manifest => manifest.Rendering == rendering && manifest.Kind == kind);

    /// <summary>Skips the test where there is no kubectl; Debian's is too old to know components.</summary>
    public Task WhenRendered()
    {
        Need.That(Need.Runs("kubectl", "version", "--client"), "kubectl: https://kubernetes.io/docs/tasks/tools/");
        return _rendering.Value;
    }

    public void Dispose() => _folder.Dispose();

    private async Task RenderAsync()
    {
        await Task.WhenAll(All.Select(async rendering =>
        {
            using var files = new DeployFiles(rendering.Value);
            string[] keys = rendering.Key.EndsWith(Keyless, StringComparison.Ordinal) ? [] : ["AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=a+b/c="];
            files.WithSecrets([.. keys, "RABBITMQ_MANAGEMENT_URL=https://u:p@rabbit.example.com:15671"]);
            if (rendering.Key.EndsWith(SecretFiles, StringComparison.Ordinal))
                files.WithSecretFile("key.json", "{}").WithSecretFile("authority.pem", "certificate").WithSecretFile(".hidden", "");
            var yaml = await Command.SucceedAsync(files.Folder, "bash", [_workspace.Script("render.sh"), .. files.Options]);
            await File.WriteAllTextAsync(_folder[$"{rendering.Key}.yaml"], yaml.Output);
        }));
        var check = await Node.ReadScript("manifests/check.mjs", [.. Files]);
        Findings = check.Error;
        Manifests = [.. JsonDocument.Parse(check.Output).RootElement.EnumerateArray().Select(Manifest.Read)];
    }
}

/// <summary>The classes that look at the manifests share one rendering of them.</summary>
[CollectionDefinition(nameof(RenderingsCollection))]
public sealed class RenderingsCollection : ICollectionFixture<Renderings>;

/// <param name="Rendering">The rendering it is in.</param>
/// <param name="Content">The object.</param>
internal sealed record Manifest(string Rendering, JsonElement Content)
{
    public string Kind => Content.GetProperty("kind").GetString()!;

    public string Name => At("metadata.name").GetString()!;

    /// <summary>The pod that the object makes; null when it makes none.</summary>
    public JsonElement? Pod => Kind switch
    {
        "Job" or "Deployment" => At("spec.template.spec"),
        "ScaledJob" => At("spec.jobTargetRef.template.spec"),
        _ => null,
    };

    /// <summary>The labels of that pod.</summary>
    public JsonElement PodLabels => At(Kind == "ScaledJob" ? "spec.jobTargetRef.template.metadata.labels" : "spec.template.metadata.labels");

    /// <summary>The worker's container.</summary>
    public JsonElement Container => Pod!.Value.GetProperty("containers")[0];

    public static Manifest Read(JsonElement document) =>
        new(Path.GetFileNameWithoutExtension(document.GetProperty("file").GetString()!), document.GetProperty("content"));

    /// <summary>What is at a path of names with dots between them.</summary>
    public JsonElement At(string path) => Content.At(path);
}

internal static class JsonPath
{
    public static JsonElement At(this JsonElement element, string path) =>
        path.Split('.').Aggregate(element, (current, name) => current.ValueKind == JsonValueKind.Array
            ? current[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]
            : current.GetProperty(name));

    /// <summary>The element as compact JSON.</summary>
    public static string Json(this JsonElement element) => JsonSerializer.Serialize(element);
}
