namespace TaskQueue.DeployTests.Scripts;

/// <summary>apply-task.sh: workers are removed only when others are known to take their place.</summary>
public sealed class ApplyTaskTests(Workspace workspace)
{
    private const string Try = "apply --server-side --force-conflicts --dry-run=server --filename";
    private const string Apply = "apply --server-side --force-conflicts --filename";
    private const string Delete = " delete ";

    private static FakeTools Tools(DeployFiles files) => new FakeTools(files.Folder, "gcloud", "kubectl")
        .Answer("kubectl config get-contexts", "gke_my-project_us-west1-a_my-cluster")
        .Answer("kubectl get namespace", "namespace/vegetation")
        .Answer("kubectl delete", "job.batch/worker-1\njob.batch/worker-2");

    [Fact]
    public async Task Manifests_are_tried_before_anything_is_deleted()
    {
        using var files = new DeployFiles();
        var tools = Tools(files);

        var result = await ApplyAsync(tools, files);

        Assert.True(result.Code == 0, result.All);
        var calls = tools.Calls.ToList();
        var places = new[] { Try, Delete, Apply }.Select(part => calls.FindIndex(call => call.Contains(part, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Contains("Deleted: job.batch/worker-1, job.batch/worker-2", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_cluster_does_not_accept_deletes_nothing()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl apply", 1);

        var result = await ApplyAsync(tools, files);

        Assert.Equal(78, result.Code);
        Assert.Contains("Nothing was changed", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains(Delete, StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_new_ones_cannot_be_applied_after_all_the_deleted_ones_are_named()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl apply", "", 1);

        var result = await ApplyAsync(tools, files);

        Assert.Equal(69, result.Code);
        Assert.Contains("Deleted before: job.batch/worker-1, job.batch/worker-2.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_deleted_keeps_the_new_ones_away()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl delete", 1);

        var result = await ApplyAsync(tools, files);

        Assert.Equal(69, result.Code);
        Assert.Contains("Deleted: nothing.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains(Apply, StringComparison.Ordinal));
    }

    /// <summary>No answer is another answer than "there is none".</summary>
    [Theory]
    [InlineData("kubectl get crd")]
    [InlineData("kubectl get namespace")]
    public async Task A_cluster_that_cannot_be_asked_is_left_alone(string question)
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer(question, 1);

        var result = await ApplyAsync(tools, files);

        Assert.Equal(69, result.Code);
        Assert.Contains("gcloud auth login", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains(Delete, StringComparison.Ordinal) || call.Contains(" apply ", StringComparison.Ordinal));
    }

    /// <summary>Kubernetes tries nothing in a namespace that is not there.</summary>
    [Fact]
    public async Task The_first_time_there_is_nothing_to_try_and_nothing_to_delete()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl get namespace", "");

        var result = await ApplyAsync(tools, files);

        Assert.True(result.Code == 0, result.All);
        Assert.Contains(Apply, Assert.Single(tools.Calls, call => call.Contains(" apply ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.Contains(Delete, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("jobs,deployments")]
    [InlineData("jobs", "WORKLOAD=deployment")]
    [InlineData("jobs,deployments,networkpolicies", "NETWORK_POLICY=no")]
    public async Task What_earlier_settings_made_is_removed(string kinds, params string[] lines)
    {
        using var files = new DeployFiles(lines);
        var tools = Tools(files);

        await ApplyAsync(tools, files);

        Assert.Contains($" delete {kinds} --selector app=worker ", Assert.Single(tools.Calls, call => call.Contains(Delete, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private Task<CommandResult> ApplyAsync(FakeTools tools, DeployFiles files) => tools.RunAsync(workspace.Script("apply-task.sh"), files.Options);
}
