using TaskQueue.Contracts;
using TaskQueue.Settings.Cluster;
using TaskQueue.Tests.Commands;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Reports;

/// <summary>What a cluster needs follows from what a sample took.</summary>
public sealed class AdviceTests : IDisposable
{
    private readonly CommandProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_lines_follow_from_the_rows_of_the_sample_and_check_accepts_them()
    {
        await SampleAsync(seconds: 60, cpuSeconds: 45, peakMemory: 1_500_000_000);

        var run = await _project.RunAsync("advise --rows 100000 --hours 10");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("Measured on 2 rows: 60 s a row (median 60, longest 60)\nCPU 0.75, and at most 1,500 MB by a row\n", run.Output);
        // 100,000 minutes in 10 hours take 167 workers; 3.5 CPUs have 3 of a CPU, and 13 GB six of 2 GiB.
        Assert.Contains("GOOGLE_COMPUTE_TYPE=e2-standard-4\nMAX_NODES=56\nTASK_REPLICAS=167\nCPU_REQUEST=1000m\nMEMORY_REQUEST=1792Mi\nMEMORY_LIMIT=1792Mi\n", run.Output);
        Assert.Contains("100,000 rows by 167 workers on 56 nodes: about 9 h 59 min, about 29.95 USD of Spot nodes", run.Output);
        await AssertAcceptedAsync(run.Output);
    }

    /// <summary>A cluster of which nothing is known but its name has no machine type, no number of nodes and no price.</summary>
    [Fact]
    public async Task On_any_cluster_the_lines_are_those_of_the_workers()
    {
        await SampleAsync(seconds: 60, cpuSeconds: 45, peakMemory: 40_000_000_000);
        await File.WriteAllTextAsync(_project["config/cluster.env"], "CLUSTER_MODE=none\nKUBE_CONTEXT=kind-tasks\n", TestContext.Current.CancellationToken);

        var run = await _project.RunAsync("advise --rows 100000 --hours 10");

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("# lines for config/cluster.env\nTASK_REPLICAS=167\nCPU_REQUEST=1000m\nMEMORY_REQUEST=47872Mi\nMEMORY_LIMIT=47872Mi\n", run.Output);
        Assert.EndsWith("100,000 rows by 167 workers: about 9 h 59 min\n", run.Output);
        Assert.Contains("MAX_NODES=", (await _project.RunAsync("advise --machine n2-highmem-16")).Output);
    }

    [Fact]
    public async Task A_worker_that_no_node_has_room_for_is_refused_by_name()
    {
        await SampleAsync(seconds: 60, cpuSeconds: 45, peakMemory: 40_000_000_000);

        var run = await _project.RunAsync("advise");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("more than a node e2-standard-4 has", run.Error);
    }

    [Theory]
    [InlineData("advise --machine large", ExitCode.Usage)]
    [InlineData("advise --hours 0", ExitCode.Usage)]
    [InlineData("advise --hours many", ExitCode.Usage)]
    [InlineData("advise", ExitCode.BadInput)]
    public async Task Without_a_sample_or_with_a_wrong_word_nothing_is_advised(string verb, ExitCode code)
    {
        await _project.RunAsync("check --create");

        var run = await _project.RunAsync(verb);

        Assert.Equal((code, ""), (run.Code, run.Output));
    }

    private async Task SampleAsync(double seconds, double cpuSeconds, long peakMemory)
    {
        await _project.RunAsync("insert-tasks --run sample --limit 2");
        foreach (var id in (string[])["a", "b"])
            await _project.Records.WriteDoneAsync(TestRecords.Done(id) with
            {
                Run = "sample", Finished = TestRecords.Noon.AddSeconds(seconds), CpuSeconds = cpuSeconds, PeakMemoryBytes = peakMemory,
            });
    }

    private async Task AssertAcceptedAsync(string advice)
    {
        var lines = advice.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal) && line.All(letter => letter < 128 && letter != ' '));
        var rest = "GOOGLE_PROJECT_NAME=my-project-123\nTASK_DOCKER_IMAGE=user/name:1\nTASK_NAME=work\nGOOGLE_CLUSTER_NAME=work\nGOOGLE_ZONE=us-west1-a\n";
        await File.WriteAllTextAsync(_project["config/cluster.env"], rest + string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);
        _project.WriteSettings("TASKQUEUE_PATH=sqs://us-west-2/q\nCF_CLOUDPATH=gs://bucket/out\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\n");
        Assert.Equal(
            "job of 167 workers on at most 56 Spot nodes e2-standard-4 in us-west1-a", ClusterCheck.Run(_project.Root, _project.Root, null, null));
    }
}
