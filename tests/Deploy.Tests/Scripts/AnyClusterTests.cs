namespace TaskQueue.DeployTests.Scripts;

/// <summary>The scripts on a cluster that they do not make: CLUSTER_MODE=none, and the context of KUBE_CONTEXT.</summary>
public sealed class AnyClusterTests(Workspace workspace)
{
    private const string Context = "arn:aws:eks:eu-central-1:123456789012:cluster/tasks";
    private const string Others = "kubectl get pods,services,persistentvolumeclaims";

    /// <summary>Filled in: what a cluster of Google's would need is missing.</summary>
    private static DeployFiles Files(params string[] lines) => new(
        [
            "CLUSTER_MODE=none", $"KUBE_CONTEXT={Context}", "GOOGLE_PROJECT_NAME=", "GOOGLE_CLUSTER_NAME=", "GOOGLE_ZONE=", "GOOGLE_COMPUTE_TYPE=",
            "MAX_NODES=", .. lines,
        ]);

    private static FakeTools Tools(DeployFiles files) =>
        new FakeTools(files.Folder, "gcloud", "helm", "kubectl", "docker", "dotnet", "sleep").Answer("kubectl config get-contexts", Context)
            .Answer("kubectl get namespace", "namespace/vegetation").Answer("docker image inspect", "", "", "me/vegetation@sha256:abc");

    [Theory]
    [InlineData("job")]
    [InlineData("deployment")]
    [InlineData("scaledobject")]
    [InlineData("scaledjob")]
    public async Task Deploying_checks_builds_and_applies_and_kubectl_is_always_told_the_context(string workload)
    {
        using var files = Files($"WORKLOAD={workload}");
        var tools = Tools(files);

        var result = await tools.RunAsync(workspace.Script("deploy-cluster.sh"), files.Options);

        Assert.True(result.Code == 0, result.All);
        string[] order = ["dotnet run check", "docker build --platform linux/amd64", "docker push", "kubectl kustomize", "--dry-run=server", " delete jobs", "--force-conflicts --filename"];
        var places = order.Select(part => tools.Calls.ToList().FindIndex(call => call.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        AssertContext(tools);
    }

    [Fact]
    public async Task When_the_Job_has_ended_the_task_is_removed_and_not_the_cluster()
    {
        using var files = Files();
        var tools = Tools(files).Answer("kubectl get jobs", "Job", "Job Complete");

        var result = await tools.RunAsync(workspace.Script("deploy-cluster.sh"), [.. files.Options, "--image", "me/vegetation:2", "--delete-when-done"]);

        Assert.True(result.Code == 0, result.All);
        Assert.Equal($"kubectl --context {Context} delete namespace vegetation", tools.Calls[^1]);
        Assert.DoesNotContain("costs money", result.Error, StringComparison.Ordinal);
        AssertContext(tools);
    }

    [Fact]
    public async Task A_context_that_kubectl_does_not_know_is_refused_before_anything_is_built()
    {
        using var files = Files();
        var tools = Tools(files).Answer("kubectl config get-contexts", 1);

        foreach (var script in new[] { "deploy-cluster.sh", "apply-task.sh", "remove-task.sh" })
        {
            var result = await tools.RunAsync(workspace.Script(script), files.Options);
            Assert.Equal(78, result.Code);
            Assert.Contains($"kubectl knows no context {Context}", result.Error, StringComparison.Ordinal);
            Assert.Contains("kubectl config get-contexts --output name", result.Error, StringComparison.Ordinal);
        }

        Assert.All(tools.Calls, call => Assert.StartsWith("kubectl config get-contexts", call, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("make-cluster.sh", "bash scripts/deploy-cluster.sh")]
    [InlineData("delete-cluster.sh", "bash scripts/remove-task.sh")]
    public async Task Such_a_cluster_is_neither_made_nor_deleted_and_the_next_step_is_said(string script, string next)
    {
        using var files = Files();
        var tools = Tools(files);

        var result = await tools.RunAsync(workspace.Script(script), files.Options);

        Assert.Equal(78, result.Code);
        Assert.Contains($"CLUSTER_MODE is none, and {script}", result.Error, StringComparison.Ordinal);
        Assert.Contains(next, result.Error, StringComparison.Ordinal);
        Assert.Empty(tools.Calls);
    }

    [Theory]
    [InlineData("deploy-cluster.sh", "KUBE_CONTEXT TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST")]
    [InlineData("apply-task.sh", "KUBE_CONTEXT TASK_NAME TASK_DOCKER_IMAGE TASK_REPLICAS CPU_REQUEST MEMORY_REQUEST")]
    [InlineData("remove-task.sh", "KUBE_CONTEXT TASK_NAME")]
    public async Task No_line_is_asked_for_that_only_Google_wants(string script, string names)
    {
        using var files = Files();
        await File.WriteAllTextAsync(files.ClusterEnv, "CLUSTER_MODE=none\n", TestContext.Current.CancellationToken);

        var result = await Command.RunAsync("/", "bash", [workspace.Script(script), .. files.Options]);

        Assert.Equal(78, result.Code);
        Assert.EndsWith($"does not say: {names}", result.Error.Split('\n')[0], StringComparison.Ordinal);
    }

    /// <summary>On Google's clusters too: the task goes, and the cluster stays.</summary>
    [Theory]
    [InlineData("gke_my-project_us-west1-a_my-cluster", "CLUSTER_MODE=standard", "KUBE_CONTEXT=", "GOOGLE_PROJECT_NAME=my-project", "GOOGLE_CLUSTER_NAME=my-cluster", "GOOGLE_ZONE=us-west1-a")]
    [InlineData(Context)]
    public async Task Removing_a_task_asks_first_and_deletes_its_namespace(string context, params string[] lines)
    {
        using var files = Files(lines);
        var tools = Tools(files);

        var unasked = await tools.RunAsync(workspace.Script("remove-task.sh"), files.Options);
        var refused = await tools.RunAtTerminalAsync(workspace.Script("remove-task.sh"), files, "n");
        var before = tools.Calls.Count(IsDeletion);
        var agreed = await tools.RunAtTerminalAsync(workspace.Script("remove-task.sh"), files, "y");

        Assert.Equal((64, 0), (unasked.Code, before));
        Assert.Contains("Say --yes to delete the namespace.", unasked.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was deleted.", refused.All, StringComparison.Ordinal);
        Assert.Contains($"Delete the namespace vegetation in the cluster of the context {context}? [y/N]", agreed.All, StringComparison.Ordinal);
        Assert.Equal($"kubectl --context {context} delete namespace vegetation", Assert.Single(tools.Calls, IsDeletion));
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("gcloud", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_namespace_that_holds_more_than_the_task_is_left_alone()
    {
        using var files = Files();
        var tools = Tools(files).Answer(Others, "pod/database-0\nservice/database");

        var result = await tools.RunAsync(workspace.Script("remove-task.sh"), [.. files.Options, "--yes"]);

        Assert.Equal(78, result.Code);
        Assert.Contains("The namespace vegetation holds more than this task: pod/database-0, service/database", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, IsDeletion);
    }

    [Fact]
    public async Task Removing_what_is_not_there_is_no_error_and_what_cannot_be_asked_is_69()
    {
        using var files = Files();
        var gone = Tools(files).Answer("kubectl get namespace", "");

        var nothing = await gone.RunAsync(workspace.Script("remove-task.sh"), [.. files.Options, "--yes"]);
        var away = await Tools(files).Answer(Others, 1).RunAsync(workspace.Script("remove-task.sh"), [.. files.Options, "--yes"]);

        Assert.Equal((0, 69), (nothing.Code, away.Code));
        Assert.Contains("There is no namespace vegetation", nothing.Error, StringComparison.Ordinal);
        Assert.Contains($"The cluster of the context {Context} cannot be asked", away.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(gone.Calls, IsDeletion);
    }

    private static bool IsDeletion(string call) => call.Contains(" delete namespace", StringComparison.Ordinal);

    private static void AssertContext(FakeTools tools)
    {
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("gcloud", StringComparison.Ordinal) || call.StartsWith("helm", StringComparison.Ordinal));
        Assert.All(
            tools.Calls.Where(call => call.StartsWith("kubectl", StringComparison.Ordinal) && !call.StartsWith("kubectl kustomize", StringComparison.Ordinal)),
            call => Assert.True(call.StartsWith($"kubectl --context {Context} ", StringComparison.Ordinal) || call.StartsWith($"kubectl config get-contexts {Context} ", StringComparison.Ordinal), call));
    }
}
