using System.Text.Json.Nodes;

namespace TaskQueue.DeployTests.Scripts;

/// <summary>The scripts with the real gcloud and the real kubectl, which talk to servers of the test.</summary>
/// <remarks>No registry of packages has gcloud; where it is missing, the tests with programs that stand for it remain.</remarks>
public sealed class RealToolTests(Workspace workspace)
{
    private const string Context = "gke_my-project_us-west1-a_my-cluster";
    private const string Pool = "/v1/projects/my-project/locations/us-west1-a/clusters/my-cluster/nodePools";

    private static void NeedGcloud() => Assert.SkipUnless(Need.Runs("gcloud", "--version"), "gcloud: https://cloud.google.com/sdk/docs/install");

    private static void NeedKubectl() => Need.That(Need.Runs("kubectl", "version", "--client"), "kubectl: https://kubernetes.io/docs/tasks/tools/");

    [Fact]
    public async Task The_real_gcloud_makes_a_cluster_with_a_Spot_pool_that_shrinks_to_nothing()
    {
        NeedGcloud();
        await using var google = new FakeGoogle();
        using var files = new DeployFiles("SPOT_FALLBACK=yes", "GPU_TYPE=nvidia-l4", "GPU_COUNT=2");

        await MakeClusterAsync(google, files);
        await MakeClusterAsync(google, files);

        var cluster = Assert.Single(google.Changes, request => request.Path.EndsWith("/clusters", StringComparison.Ordinal)).Body!["cluster"]!;
        Assert.Equal("my-project.svc.id.goog", cluster["workloadIdentityConfig"]!["workloadPool"]!.GetValue<string>());
        Assert.Equal("REGULAR", cluster["releaseChannel"]!["channel"]!.GetValue<string>());
        Assert.Equal("ADVANCED_DATAPATH", cluster["networkConfig"]!["datapathProvider"]!.GetValue<string>());
        Assert.Equal("OPTIMIZE_UTILIZATION", cluster["autoscaling"]!["autoscalingProfile"]!.GetValue<string>());
        var pools = google.Changes.Where(request => request.Path == Pool).Select(request => request.Body!["nodePool"]!).ToList();
        Assert.Equal(["workers", "on-demand-workers"], pools.Select(pool => pool["name"]!.GetValue<string>()));
        Assert.All(pools, pool => Assert.Equal((true, 4), (pool["autoscaling"]!["enabled"]!.GetValue<bool>(), pool["autoscaling"]!["maxNodeCount"]!.GetValue<int>())));
        Assert.All(pools, pool => Assert.Equal(0, (int?)pool["initialNodeCount"] ?? 0));
        Assert.All(pools, pool => Assert.Equal("GKE_METADATA", pool["config"]!["workloadMetadataConfig"]!["mode"]!.GetValue<string>()));
        Assert.Equal((true, false), (IsSpot(pools[0]), IsSpot(pools[1])));
        AssertJson("""[{"effect":"NO_SCHEDULE","key":"cloud.google.com/gke-spot","value":"true"}]""", pools[0]["config"]!["taints"]);
        AssertJson("""[{"effect":"NO_SCHEDULE","key":"on-demand-workers","value":"true"}]""", pools[1]["config"]!["taints"]);
        Assert.Equal("nvidia-l4", pools[0]["config"]!["accelerators"]![0]!["acceleratorType"]!.GetValue<string>());
        var policy = google.Changes.Last(request => request.Path.EndsWith("/iam", StringComparison.Ordinal)).Body!;
        AssertJson(
            """[{"members":["principal://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/my-project.svc.id.goog/subject/ns/vegetation/sa/worker"],"role":"roles/storage.objectUser"}]""",
            policy["bindings"]);
    }

    [Fact]
    public async Task The_real_gcloud_makes_an_Autopilot_cluster_in_the_region()
    {
        NeedGcloud();
        await using var google = new FakeGoogle();
        using var files = new DeployFiles("CLUSTER_MODE=autopilot");

        await MakeClusterAsync(google, files);

        var create = Assert.Single(google.Changes, request => request.Path.EndsWith("/clusters", StringComparison.Ordinal));
        Assert.Equal("/v1/projects/my-project/locations/us-west1/clusters", create.Path);
        Assert.True(create.Body!["cluster"]!["autopilot"]!["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_real_gcloud_deletes_and_lists_what_is_left()
    {
        NeedGcloud();
        await using var google = new FakeGoogle { Disks = ["gke-my-cluster-pvc-1", "of-somebody-else"] };
        using var files = new DeployFiles();
        await MakeClusterAsync(google, files);

        var result = await RunAsync(google, files, "delete-cluster.sh", "--yes");

        Assert.True(result.Code == 0, result.All);
        Assert.Single(google.Changes, request => request is { Method: "DELETE", Path: "/v1/projects/my-project/locations/us-west1-a/clusters/my-cluster" });
        Assert.Contains("gke-my-cluster-pvc-1", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("of-somebody-else", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_real_kubectl_applies_a_job_and_a_second_run_takes_its_place()
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        using var files = new DeployFiles().WithSecrets("MY_SECRET=canary");

        await ApplyAsync(cluster, files, "--image", "me/vegetation@sha256:abc");
        var first = Assert.Single(cluster.Objects("jobs"));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await ApplyAsync(cluster, files);

        var second = Assert.Single(cluster.Objects("jobs"));
        Assert.Equal(["vegetation"], cluster.Objects("namespaces").Keys);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal("me/vegetation@sha256:abc", first.Value["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
        Assert.Equal("sqs://work", Assert.Single(cluster.Objects("configmaps")).Value["data"]!["TASKQUEUE_PATH"]!.GetValue<string>());
        Assert.Contains(cluster.Requests, request => request.Method == "DELETE" && request.Path.EndsWith(first.Key, StringComparison.Ordinal) && request.Body!["propagationPolicy"]!.GetValue<string>() == "Foreground");
    }

    [Fact]
    public async Task A_job_goes_on_while_the_cluster_accepts_no_other()
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        using var files = new DeployFiles();
        await ApplyAsync(cluster, files);
        var running = Assert.Single(cluster.Objects("jobs")).Key;
        cluster.RefusedKind = "Job";
        // The name of a Job tells its second.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        var result = await RunApplyAsync(cluster, files);

        Assert.Equal(78, result.Code);
        Assert.Contains("This Job is not accepted.", result.Error, StringComparison.Ordinal);
        Assert.Equal(running, Assert.Single(cluster.Objects("jobs")).Key);
    }

    [Fact]
    public async Task A_network_policy_goes_when_it_is_switched_off()
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        using var with = new DeployFiles();
        using var without = new DeployFiles("NETWORK_POLICY=no");

        await ApplyAsync(cluster, with);
        var before = cluster.Objects("networkpolicies").Keys.ToList();
        await ApplyAsync(cluster, without);

        Assert.Equal(["worker"], before);
        Assert.Empty(cluster.Objects("networkpolicies"));
    }

    [Theory]
    [InlineData("deployment", "deployments")]
    [InlineData("scaledobject", "deployments", "scaledobjects", "triggerauthentications")]
    [InlineData("scaledjob", "scaledjobs", "triggerauthentications")]
    public async Task The_real_kubectl_applies_every_workload_and_removes_the_one_before(string workload, params string[] kinds)
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        cluster.InstallKeda();
        using var job = new DeployFiles();
        using var files = new DeployFiles($"WORKLOAD={workload}").WithSecrets("AWS_ACCESS_KEY_ID=key");
        await ApplyAsync(cluster, job);

        await ApplyAsync(cluster, files);

        Assert.Empty(cluster.Objects("jobs"));
        Assert.All(kinds, kind => Assert.Single(cluster.Objects(kind)));
    }

    [Fact]
    public async Task Other_settings_start_other_pods()
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        using var files = new DeployFiles("WORKLOAD=deployment");
        await ApplyAsync(cluster, files);
        var before = SettingsOfPods(cluster);

        files.WriteTask("TASKQUEUE_PATH=sqs://other", "CF_CLOUDPATH=gs://bucket/prefix");
        await ApplyAsync(cluster, files);

        Assert.NotEqual(before, SettingsOfPods(cluster));
        Assert.Equal("sqs://other", cluster.Objects("configmaps")[SettingsOfPods(cluster)]["data"]!["TASKQUEUE_PATH"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("job", "jobs")]
    [InlineData("scaledjob", "scaledjobs", "triggerauthentications")]
    public async Task The_real_kubectl_brings_a_task_to_any_cluster_and_removes_it(string workload, params string[] kinds)
    {
        NeedKubectl();
        await using var cluster = new FakeKubernetes();
        cluster.InstallKeda();
        using var files = new DeployFiles($"WORKLOAD={workload}", "CLUSTER_MODE=none", "KUBE_CONTEXT=kind-tasks");
        files.WithSecretFile("key.json", "a key").WithSecretFile("large.bin", new string('x', 1_000_000));

        await ApplyAsync(cluster, files);
        var secrets = cluster.Objects("secrets");
        var made = kinds.Select(kind => cluster.Objects(kind).Count).ToList();
        var removed = await RunKubectlAsync(cluster, files, "remove-task.sh", "--yes");

        Assert.All(made, count => Assert.Equal(1, count));
        Assert.Equal("YSBrZXk=", Assert.Single(secrets, secret => secret.Key.StartsWith("secret-files-", StringComparison.Ordinal)).Value["data"]!["key.json"]!.GetValue<string>());
        Assert.True(removed.Code == 0, removed.All);
        Assert.Empty(cluster.Objects("namespaces"));
    }

    private static bool IsSpot(JsonNode pool) => (bool?)pool["config"]!["spot"] ?? false;

    private static string SettingsOfPods(FakeKubernetes cluster) =>
        cluster.Objects("deployments")["worker"]["spec"]!["template"]!["spec"]!["containers"]![0]!["envFrom"]![0]!["configMapRef"]!["name"]!.GetValue<string>();

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());

    private async Task MakeClusterAsync(FakeGoogle google, DeployFiles files)
    {
        var result = await RunAsync(google, files, "make-cluster.sh");
        Assert.True(result.Code == 0, result.All);
    }

    private async Task<CommandResult> RunAsync(FakeGoogle google, DeployFiles files, string script, params string[] options)
    {
        var tools = new FakeTools(files.Folder, "gke-gcloud-auth-plugin", "kubectl");
        return await tools.RunAsync(workspace.Script(script), [.. files.Options, .. options], await google.EnvironmentAsync(files.Folder));
    }

    private async Task ApplyAsync(FakeKubernetes cluster, DeployFiles files, params string[] options)
    {
        var result = await RunApplyAsync(cluster, files, options);
        Assert.True(result.Code == 0, result.All);
    }

    private Task<CommandResult> RunApplyAsync(FakeKubernetes cluster, DeployFiles files, params string[] options) =>
        RunKubectlAsync(cluster, files, "apply-task.sh", options);

    private async Task<CommandResult> RunKubectlAsync(FakeKubernetes cluster, DeployFiles files, string script, params string[] options)
    {
        var tools = new FakeTools(files.Folder);
        var kubectl = (await Command.SucceedAsync("/", "which", "kubectl")).Output.Trim();
        // The server of the test has no schemas to validate against; tests of the types do that.
        tools.Write("kubectl", $"case \" $* \" in *' apply '*) exec '{kubectl}' \"$@\" --validate=false ;; *) exec '{kubectl}' \"$@\" ;; esac");
        var context = File.ReadAllText(files.ClusterEnv).Contains("CLUSTER_MODE=none", StringComparison.Ordinal) ? "kind-tasks" : Context;
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = await cluster.WriteConfigAsync(files.Folder, context), ["HOME"] = files.Folder };

        return await tools.RunAsync(workspace.Script(script), [.. files.Options, .. options], environment);
    }
}
