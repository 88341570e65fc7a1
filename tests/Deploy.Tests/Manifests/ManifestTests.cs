using System.Text;

namespace TaskQueue.DeployTests.Manifests;

/// <summary>The manifests of every workload, as scripts/render.sh prints them.</summary>
[Collection(nameof(RenderingsCollection))]
public sealed class ManifestTests(Renderings renderings, Workspace workspace) : IAsyncLifetime
{
    private const string Tidy =
        "{extends: default, rules: {document-start: disable, comments-indentation: disable, line-length: {max: 220}, "
        + "indentation: {indent-sequences: whatever}, braces: {max-spaces-inside: 0}}}";

    public async ValueTask InitializeAsync() => await renderings.WhenRendered();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void They_have_the_types_of_Kubernetes_and_KEDA() => Assert.Empty(renderings.Findings);

    [Fact]
    public async Task They_are_tidy_YAML_as_rendered_and_as_shipped()
    {
        Need.That(Need.Runs("yamllint", "--version"), "apt-get install yamllint");

        await Command.SucceedAsync(workspace.Project, "yamllint", ["--strict", "--config-data", Tidy, .. renderings.Files]);
        await Command.SucceedAsync(workspace.Project, "yamllint", "--strict", "--config-data", Tidy, "k8s", "config");
    }

    /// <summary>The "restricted" pod security standard, and more: no writable root, no token, no limit of CPU.</summary>
    [Fact]
    public void Every_pod_may_do_as_little_as_possible()
    {
        var workloads = renderings.Manifests.Where(manifest => manifest.Pod is not null).ToList();

        Assert.Equal(renderings.Files.Count(), workloads.Count);
        foreach (var workload in workloads)
        {
            var (pod, container) = (workload.Pod!.Value, workload.Container);
            Assert.True(pod.At("securityContext.runAsNonRoot").GetBoolean());
            Assert.Equal(1654, pod.At("securityContext.runAsUser").GetInt32());
            Assert.Equal("RuntimeDefault", pod.At("securityContext.seccompProfile.type").GetString());
            Assert.False(pod.GetProperty("automountServiceAccountToken").GetBoolean());
            Assert.DoesNotContain(pod.EnumerateObject(), field => field.Name.StartsWith("host", StringComparison.Ordinal));
            Assert.Equal("""{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"readOnlyRootFilesystem":true}""", container.GetProperty("securityContext").Json());
            Assert.Single(pod.GetProperty("volumes").EnumerateArray(), volume => volume.TryGetProperty("emptyDir", out _));
            Assert.All(pod.GetProperty("volumes").EnumerateArray(), volume => Assert.Contains(volume.EnumerateObject().First(field => field.Name != "name").Name, new[] { "emptyDir", "projected", "secret" }));
            Assert.False(container.At("resources.limits").TryGetProperty("cpu", out _));
            Assert.True(container.At("resources.limits").TryGetProperty("memory", out _));
        }

        Assert.All(
            renderings.Manifests.Where(manifest => manifest.Kind == "Namespace"),
            space => Assert.Equal("restricted", space.At("metadata.labels").GetProperty("pod-security.kubernetes.io/enforce").GetString()));
    }

    [Fact]
    public void Every_line_of_the_env_files_reaches_the_pod_and_a_change_has_another_name()
    {
        var settings = renderings.Find("scaledjob", "ConfigMap");
        var secrets = renderings.Find("scaledjob", "Secret");
        var job = renderings.Find("scaledjob", "ScaledJob");

        Assert.Equal(
            """{"AWS_REGION":"us-west-2","CF_CLOUDPATH":"gs://bucket/prefix","TASKQUEUE_PATH":"https://sqs.us-west-2.amazonaws.com/123456789012/work"}""",
            settings.At("data").Json());
        Assert.Equal("a+b/c=", Encoding.UTF8.GetString(secrets.At("data.AWS_SECRET_ACCESS_KEY").GetBytesFromBase64()));
        Assert.Equal(settings.Name, job.Container.At("envFrom.0.configMapRef.name").GetString());
        Assert.Equal(secrets.Name, job.Container.At("envFrom.1.secretRef.name").GetString());
        Assert.NotEqual(renderings.Find("job", "ConfigMap").Name, renderings.Find("job-other-settings", "ConfigMap").Name);
        Assert.All(renderings.Manifests, manifest => Assert.NotEqual("cluster", manifest.Name));
    }

    [Fact]
    public void A_job_drains_the_queue_and_ends()
    {
        var job = renderings.Find("job", "Job");

        Assert.Matches("^worker-[0-9]{8}-[0-9]{6}$", job.Name);
        Assert.Equal("vegetation", job.At("metadata.namespace").GetString());
        Assert.Equal("""["worker","--exit-when-empty"]""", job.Container.GetProperty("args").Json());
        Assert.Equal("Never", job.Pod!.Value.GetProperty("restartPolicy").GetString());
        Assert.Equal((12, 12), (job.At("spec.parallelism").GetInt32(), job.At("spec.completions").GetInt32()));
        Assert.Equal(86400, job.At("spec.activeDeadlineSeconds").GetInt32());
        Assert.Equal(3600, renderings.Find("job-other-settings", "Job").At("spec.activeDeadlineSeconds").GetInt32());
    }

    [Theory]
    [InlineData("job", "Job", "spec")]
    [InlineData("scaledjob", "ScaledJob", "spec.jobTargetRef")]
    public void A_lost_node_and_exits_75_and_77_are_tried_again_and_a_wrong_setting_is_not(string rendering, string kind, string path)
    {
        var rules = renderings.Find(rendering, kind).At($"{path}.podFailurePolicy.rules");

        Assert.Equal(
            """[{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget"}]},{"action":"Ignore","onExitCodes":{"operator":"In","values":[75]}},{"action":"FailJob","onExitCodes":{"operator":"In","values":[64,78]}}]""",
            rules.Json());
    }

    /// <summary>All pods of a Job can fail at once, several times: none of them ends the Job.</summary>
    [Theory]
    [InlineData("job", 60)]
    [InlineData("job-many", 5000)]
    [InlineData("job-few", 50)]
    public void The_more_workers_a_Job_has_the_more_of_them_may_fail(string rendering, int expected) =>
        Assert.Equal(expected, renderings.Find(rendering, "Job").At("spec.backoffLimit").GetInt32());

    [Fact]
    public void The_grace_is_that_of_a_Spot_node_and_follows_the_drain_time()
    {
        Assert.Equal(15, renderings.Find("job", "Job").Pod!.Value.GetProperty("terminationGracePeriodSeconds").GetInt32());
        Assert.Equal(12, renderings.Find("job-other-settings", "Job").Pod!.Value.GetProperty("terminationGracePeriodSeconds").GetInt32());
    }

    [Fact]
    public void Pods_run_on_Spot_nodes_or_prefer_them()
    {
        var (spot, fallback) = (renderings.Find("job", "Job").Pod!.Value, renderings.Find("job-fallback", "Job").Pod!.Value);
        const string Toleration = """{"effect":"NoSchedule","key":"cloud.google.com/gke-spot","operator":"Equal","value":"true"}""";

        Assert.Equal("""{"cloud.google.com/gke-spot":"true"}""", spot.GetProperty("nodeSelector").Json());
        Assert.Equal($"[{Toleration}]", spot.GetProperty("tolerations").Json());
        Assert.Equal("{}", fallback.GetProperty("nodeSelector").Json());
        Assert.Contains("cloud.google.com/gke-spot", fallback.At("affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution").Json(), StringComparison.Ordinal);
        Assert.Contains("on-demand-workers", fallback.GetProperty("tolerations").Json(), StringComparison.Ordinal);
    }

    [Fact]
    public void Probes_ask_the_program_itself()
    {
        var container = renderings.Find("deployment", "Deployment").Container;

        Assert.Equal($"""["dotnet","/app/{Workspace.ProjectName}.dll","health"]""", container.At("livenessProbe.exec.command").Json());
        Assert.Equal($"""["dotnet","/app/{Workspace.ProjectName}.dll","health","--startup"]""", container.At("startupProbe.exec.command").Json());
    }

    [Fact]
    public void Workers_get_what_cluster_env_says()
    {
        Assert.Equal(
            """{"limits":{"ephemeral-storage":"1Gi","memory":"3Gi"},"requests":{"cpu":"1","ephemeral-storage":"1Gi","memory":"2Gi"}}""",
            renderings.Find("job-other-settings", "Job").Container.GetProperty("resources").Json());
        Assert.Equal("me/vegetation:1", renderings.Find("job", "Job").Container.GetProperty("image").GetString());
        Assert.Equal(12, renderings.Find("deployment", "Deployment").At("spec.replicas").GetInt32());
        Assert.Equal(12, renderings.Find("scaledjob", "ScaledJob").At("spec.maxReplicaCount").GetInt32());
    }

    [Fact]
    public void A_worker_with_GPUs_runs_where_they_are()
    {
        var job = renderings.Find("job-gpu", "Job");

        Assert.Equal("2", job.Container.At("resources.limits").GetProperty("nvidia.com/gpu").GetString());
        Assert.Equal("nvidia-l4", job.Pod!.Value.GetProperty("nodeSelector").GetProperty("cloud.google.com/gke-accelerator").GetString());
    }

    [Fact]
    public void Pods_take_a_role_of_AWS_by_a_token_of_the_cluster()
    {
        var job = renderings.Find("job-aws-identity", "Job");

        Assert.Equal(
            """[{"name":"AWS_ROLE_ARN","value":"arn:aws:iam::123456789012:role/worker"},{"name":"AWS_WEB_IDENTITY_TOKEN_FILE","value":"/var/run/secrets/aws/token"}]""",
            job.Container.GetProperty("env").Json());
        Assert.Contains("""{"audience":"sts.amazonaws.com","path":"token"}""", job.Pod!.Value.GetProperty("volumes").Json(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("job-secret-files", "Job")]
    [InlineData("scaledjob-any-secret-files", "ScaledJob")]
    public void Secret_files_are_where_the_program_finds_them_and_its_user_alone_reads_them(string rendering, string kind)
    {
        var workload = renderings.Find(rendering, kind);
        var secret = Assert.Single(renderings.Manifests, manifest => manifest.Rendering == rendering && manifest.Name.StartsWith("secret-files-", StringComparison.Ordinal));
        var volume = Assert.Single(workload.Pod!.Value.GetProperty("volumes").EnumerateArray(), volume => volume.TryGetProperty("secret", out _));
        var mount = Assert.Single(workload.Container.GetProperty("volumeMounts").EnumerateArray(), mount => mount.At("name").GetString() == volume.At("name").GetString());

        Assert.Equal("""{"authority.pem":"Y2VydGlmaWNhdGU=","key.json":"e30="}""", secret.At("data").Json());
        Assert.Equal((secret.Name, 0b100_100_000), (volume.At("secret.secretName").GetString(), volume.At("secret.defaultMode").GetInt32()));
        Assert.Equal(("/app/config/secrets", true), (mount.At("mountPath").GetString(), mount.At("readOnly").GetBoolean()));
        Assert.Equal(1654, workload.Pod!.Value.At("securityContext.fsGroup").GetInt32());
    }

    [Theory]
    [InlineData("job-any")]
    [InlineData("deployment-any")]
    [InlineData("scaledobject-any-keyless")]
    [InlineData("scaledjob-any-role-keyless")]
    public void On_any_cluster_nothing_is_asked_for_that_only_Google_has(string rendering)
    {
        var text = File.ReadAllText(Assert.Single(renderings.Files, file => Path.GetFileNameWithoutExtension(file) == rendering));
        var pod = Assert.Single(renderings.Manifests, manifest => manifest.Rendering == rendering && manifest.Pod is not null).Pod!.Value;
        var account = renderings.Find(rendering, "ServiceAccount");

        foreach (var word in new[] { "gke", "google", "spot", "on-demand", "169.254.169.252" })
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("{}", "[]"), (pod.GetProperty("nodeSelector").Json(), pod.GetProperty("tolerations").Json()));
        Assert.False(pod.TryGetProperty("affinity", out _));
        Assert.False(account.At("metadata").TryGetProperty("annotations", out _));
    }

    [Fact]
    public void On_any_cluster_GPUs_are_asked_for_by_their_number()
    {
        var job = renderings.Find("job-any-gpu", "Job");

        Assert.Equal("2", job.Container.At("resources.limits").GetProperty("nvidia.com/gpu").GetString());
        Assert.Equal("{}", job.Pod!.Value.GetProperty("nodeSelector").Json());
        Assert.Equal("""[{"effect":"NoSchedule","key":"nvidia.com/gpu","operator":"Exists"}]""", job.Pod!.Value.GetProperty("tolerations").Json());
    }

    [Theory]
    [InlineData("scaledobject-any-keyless", """{"podIdentity":{"provider":"aws"}}""")]
    [InlineData("scaledjob-any-role-keyless", """{"podIdentity":{"provider":"aws","roleArn":"arn:aws:iam::123456789012:role/worker"}}""")]
    [InlineData("scaledjob-role-keyless", """{"podIdentity":{"provider":"aws","roleArn":"arn:aws:iam::123456789012:role/worker"}}""")]
    public void Without_keys_KEDA_counts_the_messages_of_SQS_by_an_identity(string rendering, string specification)
    {
        Assert.Equal(specification, renderings.Find(rendering, "TriggerAuthentication").At("spec").Json());
        Assert.DoesNotContain(
            renderings.Manifests, manifest => manifest.Rendering == rendering && manifest.Kind == "Secret" && manifest.Content.Json().Contains("AWS_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scaledobject", "ScaledObject", """{"awsRegion":"us-west-2","queueLength":"1","queueURL":"work","scaleOnInFlight":"true"}""")]
    [InlineData("scaledjob", "ScaledJob", """{"awsRegion":"us-west-2","queueLength":"1","queueURL":"https://sqs.us-west-2.amazonaws.com/123456789012/work","scaleOnInFlight":"true"}""")]
    [InlineData("scaledjob-region", "ScaledJob", """{"awsRegion":"eu-central-1","queueLength":"1","queueURL":"work","scaleOnInFlight":"true"}""")]
    [InlineData("scaledobject-rabbitmq", "ScaledObject", """{"mode":"QueueLength","protocol":"http","queueName":"work","value":"1","vhostName":"/farm"}""")]
    [InlineData("scaledjob-rabbitmq", "ScaledJob", """{"mode":"QueueLength","protocol":"http","queueName":"work","value":"1","vhostName":"/"}""")]
    public void KEDA_counts_the_messages_of_the_queue(string rendering, string kind, string metadata)
    {
        var trigger = Assert.Single(renderings.Find(rendering, kind).At("spec.triggers").EnumerateArray());
        var authentication = renderings.Find(rendering, "TriggerAuthentication");

        Assert.Equal(metadata, trigger.GetProperty("metadata").Json());
        Assert.Equal(authentication.Name, trigger.At("authenticationRef.name").GetString());
        Assert.Equal(renderings.Find(rendering, "Secret").Name, authentication.At("spec.secretTargetRef.0.name").GetString());
    }
}
