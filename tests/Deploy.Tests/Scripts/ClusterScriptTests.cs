namespace TaskQueue.DeployTests.Scripts;

/// <summary>The scripts that build, make, deploy and delete, with programs on PATH that refuse flags which gcloud does not have.</summary>
public sealed class ClusterScriptTests(Workspace workspace)
{
    private const string CreateCluster = "gcloud container clusters create my-cluster";
    private const string Base = "mcr.microsoft.com/dotnet/runtime";

    private static FakeTools Tools(DeployFiles files) =>
        new(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "helm", "gke-gcloud-auth-plugin", "sleep");

    [Theory]
    [InlineData("clusters create my-cluster")]
    [InlineData("clusters create-auto my-cluster", "CLUSTER_MODE=autopilot")]
    [InlineData("node-pools create on-demand-workers", "SPOT_FALLBACK=yes")]
    [InlineData("--accelerator type=nvidia-l4,count=2", "GPU_TYPE=nvidia-l4", "GPU_COUNT=2")]
    [InlineData("--service-account nodes@my-project.iam.gserviceaccount.com", "GOOGLE_SERVICE_ACCOUNT=nodes@my-project.iam.gserviceaccount.com")]
    public async Task Every_flag_of_make_cluster_is_one_that_gcloud_has(string expected, params string[] lines)
    {
        using var files = new DeployFiles(lines);
        var tools = Tools(files).Answer("gcloud projects describe", "123456789");

        var result = await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        Assert.True(result.Code == 0, result.All);
        Assert.Contains(tools.Calls, call => call.Contains(expected, StringComparison.Ordinal));
        Assert.Contains(
            "principal://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/"
            + "my-project.svc.id.goog/subject/ns/vegetation/sa/worker",
            Assert.Single(tools.Calls, call => call.Contains("add-iam-policy-binding", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Autopilot_cluster_is_in_a_region_and_has_no_pools()
    {
        using var files = new DeployFiles("CLUSTER_MODE=autopilot");
        var tools = Tools(files);

        await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        Assert.Contains(tools.Calls, call => call.Contains("create-auto my-cluster --project my-project --location us-west1 ", StringComparison.Ordinal));
        Assert.DoesNotContain(tools.Calls, call => call.Contains("node-pools", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_there_is_not_made_again()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("gcloud container clusters list", "my-cluster").Answer("gcloud container node-pools list", "default-pool,e2-standard-2,\nworkers,e2-standard-4,4");

        var result = await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        Assert.True(result.Code == 0, result.All);
        Assert.DoesNotContain(tools.Calls, call => call.Contains(" create ", StringComparison.Ordinal) || call.Contains(" update ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_cap_of_nodes_changes_the_pool_and_another_machine_is_refused()
    {
        using var more = new DeployFiles("MAX_NODES=9");
        using var larger = new DeployFiles("GOOGLE_COMPUTE_TYPE=e2-standard-8");
        var pools = "workers,e2-standard-4,4";
        var grown = Tools(more).Answer("gcloud container clusters list", "my-cluster").Answer("gcloud container node-pools list", pools);
        var refused = Tools(larger).Answer("gcloud container clusters list", "my-cluster").Answer("gcloud container node-pools list", pools);

        var grow = await grown.RunAsync(workspace.Script("make-cluster.sh"), more.Options);
        var refuse = await refused.RunAsync(workspace.Script("make-cluster.sh"), larger.Options);

        Assert.True(grow.Code == 0, grow.All);
        Assert.Contains(grown.Calls, call => call.Contains("clusters update my-cluster", StringComparison.Ordinal) && call.Contains("--max-nodes 9", StringComparison.Ordinal));
        Assert.Equal(78, refuse.Code);
        Assert.Contains("machines of type e2-standard-4, and GOOGLE_COMPUTE_TYPE is e2-standard-8", refuse.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_Google_Cloud_cannot_be_asked_nothing_is_made()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("gcloud container clusters list", 1);

        var result = await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        Assert.Equal(69, result.Code);
        Assert.Single(tools.Calls);
    }

    [Fact]
    public async Task KEDA_is_installed_when_the_workload_needs_it()
    {
        using var files = new DeployFiles("WORKLOAD=scaledjob");
        var tools = Tools(files);

        await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        Assert.Contains(
            "helm upgrade --install keda keda --repo https://kedacore.github.io/charts --namespace keda --create-namespace "
            + "--kube-context gke_my-project_us-west1-a_my-cluster --wait",
            tools.Calls);
    }

    [Fact]
    public async Task KEDA_gets_a_token_for_the_role_of_the_pods_where_there_are_no_keys()
    {
        using var files = new DeployFiles("WORKLOAD=scaledjob", "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/worker");
        var tools = Tools(files);

        await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);
        files.WithSecrets("AWS_ACCESS_KEY_ID=key");
        await tools.RunAsync(workspace.Script("make-cluster.sh"), files.Options);

        var calls = tools.Calls.Where(call => call.StartsWith("helm", StringComparison.Ordinal)).ToList();
        Assert.Contains("""env=[{"name":"AWS_ROLE_ARN","value":"arn:aws:iam::123456789012:role/worker"},""", calls[0], StringComparison.Ordinal);
        Assert.Contains("""{"audience":"sts.amazonaws.com","path":"token"}""", calls[0], StringComparison.Ordinal);
        Assert.EndsWith("--wait", calls[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("me/vegetation:1", "e2-standard-4", "linux/amd64")]
    [InlineData("us-west1-docker.pkg.dev/my-project/images/vegetation:1", "c4a-standard-4", "linux/arm64")]
    [InlineData("localhost:5000/vegetation", "e2-standard-4", "linux/amd64")]
    public async Task An_image_is_pushed_under_the_names_of_both_registries_and_its_digest_is_the_answer(string image, string machine, string platform)
    {
        using var files = new DeployFiles($"TASK_DOCKER_IMAGE={image}", $"GOOGLE_COMPUTE_TYPE={machine}");
        var repository = image.EndsWith(":1", StringComparison.Ordinal) ? image[..^2] : image;
        var tools = Tools(files).Answer("docker image inspect", 1, $"{Base}@sha256:123", $"elsewhere/vegetation@sha256:def\n{repository}@sha256:abc");

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--push"]);

        Assert.True(result.Code == 0, result.All);
        Assert.Equal($"{repository}@sha256:abc\n", result.Output);
        Assert.Contains($"docker pull --platform {platform} {Base}:10.0-noble-chiseled", tools.Calls);
        Assert.Contains(
            $"docker build --platform {platform} --tag {image} --build-arg BASE_IMAGE={Base}@sha256:123"
            + $" --label org.opencontainers.image.base.name={Base}:10.0-noble-chiseled --label org.opencontainers.image.base.digest=sha256:123 {workspace.Project}",
            tools.Calls);
        Assert.Contains($"docker push {image}", tools.Calls);
        Assert.Equal(
            image.Contains("pkg.dev", StringComparison.Ordinal),
            tools.Calls.Contains("gcloud artifacts repositories create images --project my-project --location us-west1 --repository-format docker"));
    }

    [Theory]
    [InlineData("registry.example.com:5000/with-gdal:1", "registry.example.com:5000/with-gdal@sha256:123")]
    [InlineData("docker.io/me/with-gdal", "docker.io/me/with-gdal@sha256:123", "me/with-gdal@sha256:123")]
    [InlineData("me/with-gdal:1", "me/with-gdal@sha256:123", "docker.io/me/with-gdal@sha256:123")]
    public async Task A_base_image_goes_to_the_build_by_its_digest_and_nothing_is_pushed_unasked(string image, string pinned, string? known = null)
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("docker image inspect", 1, known ?? pinned);

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--base-image", image, "--platform", "linux/arm64"]);

        Assert.Equal("me/vegetation:1\n", result.Output);
        Assert.Equal(
            [
                $"docker image inspect {image}", $"docker pull --platform linux/arm64 {image}", "docker image inspect --format {{range .RepoDigests}}{{println .}}{{end}} " + image,
                $"docker build --platform linux/arm64 --tag me/vegetation:1 --build-arg BASE_IMAGE={pinned} --label org.opencontainers.image.base.name={image}"
                + $" --label org.opencontainers.image.base.digest=sha256:123 {workspace.Project}",
            ],
            tools.Calls);
    }

    /// <summary>It may have been built here: another of the same name in a registry must not take its place.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("with-gdal@sha256:123", " --label org.opencontainers.image.base.digest=sha256:123")]
    public async Task A_base_image_that_this_machine_has_is_not_fetched(string known, string label)
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("docker image inspect", "[]", known);

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--base-image", "with-gdal:1"]);

        Assert.True(result.Code == 0, result.All);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("docker pull", StringComparison.Ordinal));
        Assert.EndsWith($"--build-arg BASE_IMAGE=with-gdal:1 --label org.opencontainers.image.base.name=with-gdal:1{label} {workspace.Project}", tools.Calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_image_by_its_digest_needs_no_question()
    {
        using var files = new DeployFiles();
        var tools = Tools(files);

        await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--base-image", "with-gdal@sha256:123"]);

        Assert.Contains("--label org.opencontainers.image.base.digest=sha256:123", Assert.Single(tools.Calls), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_image_that_is_nowhere_is_69()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("docker pull", 1).Answer("docker image inspect", 1);

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--base-image", "with-gdal:1"]);

        Assert.Equal(69, result.Code);
        Assert.Contains("There is no base image with-gdal:1", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("docker build", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pushed_image_that_docker_does_not_know_by_a_digest_is_69()
    {
        using var files = new DeployFiles();
        var tools = Tools(files);

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--push"]);

        Assert.Equal((69, ""), (result.Code, result.Output));
        Assert.Contains("docker does not know its digest", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deploying_checks_builds_makes_applies_by_digest_waits_and_deletes()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("docker image inspect", "", "", "me/vegetation@sha256:abc").Answer("kubectl get jobs", "Job Complete")
            .Answer("gcloud container clusters list", "", "my-cluster");

        var result = await tools.RunAsync(workspace.Script("deploy-cluster.sh"), [.. files.Options, "--delete-when-done"]);

        Assert.True(result.Code == 0, result.All);
        string[] order =
        [
            "dotnet run check --env-file", "docker build", "docker push", CreateCluster,
            "gcloud container node-pools create workers", "kubectl kustomize", " apply --server-side --force-conflicts --filename",
            "get jobs --selector app=worker", "gcloud container clusters delete my-cluster",
        ];
        var places = order.Select(part => tools.Calls.ToList().FindIndex(call => call.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task A_failed_check_spends_nothing()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("dotnet run check", 69);

        var result = await tools.RunAsync(workspace.Script("deploy-cluster.sh"), files.Options);

        Assert.Equal(69, result.Code);
        Assert.Single(tools.Calls);
    }

    [Fact]
    public async Task Without_docker_podman_builds_and_pushes()
    {
        using var files = new DeployFiles();
        var tools = new FakeTools(files.Folder, "podman");
        tools.Write("podman", "echo \"podman $*\" >&2; [[ $1 != push ]] || printf sha256:abc >\"$3\"");
        var basics = await ScriptTests.OnlyBasicsAsync(files.Folder, "podman", Path.Join(files.Folder, "tools", "podman"));

        var result = await tools.RunAsync(workspace.Script("build-image.sh"), [.. files.Options, "--push"], new Dictionary<string, string> { ["PATH"] = basics });

        Assert.True(result.Code == 0, result.All);
        Assert.Equal("me/vegetation@sha256:abc\n", result.Output);
    }

    [Fact]
    public async Task Deleting_asks_first_and_tells_what_is_left()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("gcloud container clusters list", "my-cluster").Answer("gcloud compute disks list", "gke-my-cluster-pvc-1");

        var unasked = await tools.RunAsync(workspace.Script("delete-cluster.sh"), files.Options);
        var refused = await tools.RunAtTerminalAsync(workspace.Script("delete-cluster.sh"), files, "n");
        var before = tools.Calls.Count(call => call.Contains("clusters delete", StringComparison.Ordinal));
        var agreed = await tools.RunAtTerminalAsync(workspace.Script("delete-cluster.sh"), files, "y");

        Assert.Equal((64, 0), (unasked.Code, before));
        Assert.Contains("Nothing was deleted.", refused.All, StringComparison.Ordinal);
        Assert.Contains("Delete the cluster my-cluster in my-project, us-west1-a? [y/N]", agreed.All, StringComparison.Ordinal);
        Assert.Contains("gcloud container clusters delete my-cluster --project my-project --location us-west1-a --quiet", tools.Calls);
        Assert.Contains("gke-my-cluster-pvc-1", agreed.All, StringComparison.Ordinal);
        Assert.Contains("No addresses are left.", agreed.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_error()
    {
        using var files = new DeployFiles();
        var tools = Tools(files);

        var result = await tools.RunAsync(workspace.Script("delete-cluster.sh"), [.. files.Options, "--yes"]);

        Assert.Equal(0, result.Code);
        Assert.Contains("There is no cluster my-cluster", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains("clusters delete", StringComparison.Ordinal));
    }
}
