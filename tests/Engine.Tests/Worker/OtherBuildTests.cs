using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>Rows that another build of the program has queued, as TASK_BUILD says.</summary>
public sealed class OtherBuildTests(Emulators emulators, RabbitServer rabbit) : TestsOnAllQueues(emulators, rabbit)
{
    private const string Other = "9.9.9+abc";

    [Fact]
    public async Task They_run_and_the_worker_says_so_once()
    {
        using var project = await CreateAsync("fq");
        await project.InsertAsync(LedgerRow.Many(3), run: "spring", build: Other);

        await project.WorkOffAsync();

        Assert.Equal(3, (await project.DoneAsync()).Count);
        var errors = await project.ErrorsAsync();
        Assert.Single(errors.Split('\n'), line => line.Contains($"Rows of run spring were queued by build {Other}; this worker is build 0.1.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_any_nothing_is_said()
    {
        using var project = await CreateAsync("fq", "TASK_BUILD=any");
        await project.InsertAsync(LedgerRow.Many(1), build: Other);

        await project.WorkOffAsync();

        Assert.Single(await project.DoneAsync());
        Assert.DoesNotContain("build", await project.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FileOrKinds))]
    public async Task With_same_a_worker_leaves_and_nothing_is_charged(string kind)
    {
        using var project = await CreateAsync(kind, "TASK_BUILD=same", "TQ_MAX_ATTEMPTS=1");
        await project.InsertAsync(LedgerRow.Many(2), build: Other);

        for (var time = 0; time < 2; time++)
        {
            var refused = project.StartWorker();
            Assert.Equal(78, await refused.WaitAsync().WaitAsync(TimeSpan.FromSeconds(30) + Noise.Most, TestContext.Current.CancellationToken));
            Assert.Contains($"were queued by build {Other}", await refused.ErrorAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(project.ReadLedgers());
        Assert.All(await project.FailedAsync(), record => Assert.Equal((0, false), (record.Attempt, record.Parked)));
        Assert.Equal(0, await project.StartWorkerWith("TASK_BUILD=warn", "--exit-when-empty").WaitAsync());
        Assert.All(await project.DoneAsync(), record => Assert.Equal(1, record.Attempt));
        Assert.Equal(2, (await project.DoneAsync()).Count);
    }

    [Fact]
    public async Task With_same_nothing_is_taken_of_a_run_of_another_build_and_what_is_of_this_one_runs()
    {
        using var project = await CreateAsync("fq", "TASK_BUILD=same");
        await project.InsertRunAsync("spring", LedgerRow.Many(1));
        var run = await project.Records.Runs.GetAsync("spring", TestContext.Current.CancellationToken);
        await project.Records.Runs.WriteAsync(run with { Build = Other }, TestContext.Current.CancellationToken);

        var refused = project.StartWorker();
        Assert.Equal(78, await refused.WaitAsync());
        Assert.DoesNotContain("Taking tasks", await refused.ErrorAsync(), StringComparison.Ordinal);
        await project.AssertCountsAsync(new QueueCounts(1, 0, 0));

        await project.Records.Runs.WriteAsync(run, TestContext.Current.CancellationToken);
        await project.Records.Runs.WriteAsync(run with { Run = "cancelled", Build = Other, Started = run.Started.AddMinutes(1) }, TestContext.Current.CancellationToken);
        await project.Records.Runs.CancelAsync("cancelled", run.Started.AddMinutes(2), TestContext.Current.CancellationToken);
        await project.WorkOffAsync();
        Assert.Single(await project.DoneAsync());
    }
}
