namespace TaskQueue.DeployTests.Scripts;

/// <summary>deploy-cluster.sh --delete-when-done: it ends in every case, and never keeps still about a cluster that costs.</summary>
/// <remarks>"sleep" is a program of the test, too: it notes how long it should have slept.</remarks>
public sealed class DeleteWhenDoneTests(Workspace workspace)
{
    private static FakeTools Tools(DeployFiles files) =>
        new FakeTools(files.Folder, "gcloud", "kubectl", "docker", "dotnet", "gke-gcloud-auth-plugin", "sleep")
            .Answer("gcloud container clusters list", "", "my-cluster");

    [Fact]
    public async Task A_Job_that_failed_is_75_and_the_cluster_is_deleted_all_the_same()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl get jobs", "Job", "Job Failed");

        var result = await DeployAsync(tools, files);

        Assert.Equal(75, result.Code);
        Assert.Contains("The Job has ended: Failed.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(tools.Calls, call => call.StartsWith("docker", StringComparison.Ordinal));
        Assert.Contains(tools.Calls, IsDeletion);
    }

    [Fact]
    public async Task A_Job_that_somebody_removed_is_not_waited_for()
    {
        using var files = new DeployFiles();
        var tools = Tools(files);

        var result = await DeployAsync(tools, files);

        Assert.Equal(75, result.Code);
        Assert.Contains("The Job has ended: Gone.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_expire_end_the_waiting_and_the_bill_is_named()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl get jobs", 1);

        var result = await DeployAsync(tools, files);

        Assert.Equal(69, result.Code);
        Assert.Equal("15 15 30 60 120 240 300 300 300 300 300 300", Pauses(tools));
        Assert.Contains("gcloud auth login", result.Error, StringComparison.Ordinal);
        Assert.Contains("The cluster could not be asked 12 times", result.Error, StringComparison.Ordinal);
        AssertTellsCosts(result);
        Assert.DoesNotContain(tools.Calls, IsDeletion);
    }

    [Fact]
    public async Task A_sign_in_that_comes_in_time_changes_nothing()
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl get jobs", "Job", 1, 1, 1, "Job", 1, "Job Complete");

        var result = await DeployAsync(tools, files);

        Assert.True(result.Code == 0, result.All);
        Assert.Equal("15 15 15 30 60 15 15", Pauses(tools));
        Assert.Contains("Try 3 of 12", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("costs money", result.Error, StringComparison.Ordinal);
        Assert.Contains(tools.Calls, IsDeletion);
    }

    [Theory]
    [InlineData("gcloud container node-pools create")]
    [InlineData("kubectl apply")]
    [InlineData("gcloud container clusters delete")]
    public async Task A_failure_after_the_cluster_may_be_there_names_the_bill(string step)
    {
        using var files = new DeployFiles();
        var tools = Tools(files).Answer("kubectl get jobs", "Job Complete").Answer(step, 1);

        var result = await DeployAsync(tools, files);

        Assert.NotEqual(0, result.Code);
        AssertTellsCosts(result);
    }

    [Fact]
    public async Task Workers_that_never_end_cannot_be_waited_for()
    {
        using var files = new DeployFiles("WORKLOAD=deployment");
        var tools = Tools(files);

        var result = await DeployAsync(tools, files);

        Assert.Equal(64, result.Code);
        Assert.Empty(tools.Calls);
    }

    private static bool IsDeletion(string call) => call.Contains("clusters delete", StringComparison.Ordinal);

    private static string Pauses(FakeTools tools) =>
        string.Join(' ', tools.Calls.Where(call => call.StartsWith("sleep ", StringComparison.Ordinal)).Select(call => call["sleep ".Length..]));

    private static void AssertTellsCosts(CommandResult result)
    {
        Assert.Contains("The cluster my-cluster in my-project, us-west1-a, costs money as long as it is there.", result.Error, StringComparison.Ordinal);
        Assert.Contains("delete-cluster.sh --env-file", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> DeployAsync(FakeTools tools, DeployFiles files) =>
        tools.RunAsync(workspace.Script("deploy-cluster.sh"), [.. files.Options, "--image", "me/vegetation:2", "--delete-when-done"]);
}
