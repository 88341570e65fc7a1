using TaskQueue.Tests.Commands;
using TaskQueue.Worker.Deliveries;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Tests.Worker;

/// <summary>The probe of containers: does a worker live, however busy it is?</summary>
public sealed class HealthTests
{
    private static Task<(int Code, string Output, string Error)> AskAsync(LedgerProject project, string option = "") =>
        BuiltProgram.ShellAsync(project[""], $"$P health {option}");

    [Fact]
    public async Task Without_a_worker_it_is_69()
    {
        using var project = new LedgerProject();

        var health = await AskAsync(project);

        Assert.Equal(69, health.Code);
        Assert.StartsWith("error: No worker runs here.", health.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_tasks_take_every_core_and_every_pool_thread_is_healthy()
    {
        using var project = new LedgerProject("WORKER_CONCURRENCY=16");
        await project.InsertAsync(LedgerRow.Many(16, "spin", 60_000));
        var worker = project.StartWorkerOnOneCore();
        await worker.WaitForLineAsync("start row-00000 1");

        Assert.Equal(0, (await AskAsync(project, "--startup")).Code);
        for (var probe = 0; probe < 3; probe++)
            Assert.Equal(0, (await AskAsync(project)).Code);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_not_and_one_that_left_is_gone()
    {
        using var project = new LedgerProject();
        await project.InsertAsync([new LedgerRow("first")]);
        var worker = project.StartWorker();
        await worker.WaitForLineAsync("done first 1");

        worker.Signal("STOP");
        var file = new HealthFile(project[""]).Location;
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(-61));
        var frozen = await AskAsync(project);
        worker.Signal("CONT");
        var (code, _) = await worker.TerminateAsync();

        Assert.Equal(69, frozen.Code);
        Assert.Contains("was 1 min", frozen.Error, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.False(File.Exists(file));
    }
}
