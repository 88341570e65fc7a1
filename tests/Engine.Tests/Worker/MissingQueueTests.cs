namespace TaskQueue.Tests.Worker;

/// <summary>A worker makes no queue: it waits for that of the first insert, or says that there is none.</summary>
public sealed class MissingQueueTests
{
    [Fact]
    public async Task A_worker_waits_for_the_queue_file_and_takes_what_is_inserted()
    {
        using var project = new LedgerProject();
        var worker = project.StartWorker();
        await worker.WaitForLogAsync("Waiting for the queue.");
        Assert.False(File.Exists(project["queue"]));

        await project.InsertAsync([new LedgerRow("first")]);
        await worker.WaitForLineAsync("done first 1");

        Assert.Equal(0, (await worker.TerminateAsync()).Code);
        var said = (await worker.ErrorAsync()).Split('\n').Where(line => line.Contains("Waiting", StringComparison.Ordinal));
        Assert.Contains(project["queue"], Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_waits_leaves_at_the_first_signal()
    {
        using var project = new LedgerProject();
        var worker = project.StartWorker();
        await worker.WaitForLogAsync("Waiting for the queue.");

        Assert.Equal(0, (await worker.TerminateAsync()).Code);
        Assert.False(File.Exists(project["queue"]));
    }

    [Fact]
    public async Task A_worker_that_is_to_empty_a_queue_that_is_not_there_ends_with_69()
    {
        using var project = new LedgerProject();
        var worker = project.StartWorker("--exit-when-empty");

        Assert.Equal(69, await worker.WaitAsync());
        Assert.Equal(3, (await worker.ErrorAsync()).TrimEnd().Split('\n').Length);
        Assert.False(File.Exists(project["queue"]));
    }
}
