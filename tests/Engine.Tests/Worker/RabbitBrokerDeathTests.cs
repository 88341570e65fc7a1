using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Worker;

/// <summary>A broker that dies while workers are at work.</summary>
public sealed class RabbitBrokerDeathTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_broker_that_is_restarted_during_work_loses_no_task(bool kill)
    {
        const int Tasks = 100;
        await using var broker = await TestBroker.StartAsync();
        var path = $"{broker.Url}/tasks";
        using var project = new LedgerProject($"TASKQUEUE_PATH={path}", "WORKER_CONCURRENCY=4") { OtherQueue = () => QueueKinds.Open(path, "/") };
        await project.InsertAsync(LedgerRow.Many(Tasks, "wait", 100));
        var worker = project.StartWorker("--exit-when-empty");
        await worker.WaitForLineAsync("done row-00010 1");

        await (kill ? broker.KillAsync() : broker.StopAsync());
        await broker.StartAgainAsync();

        Assert.Equal(0, await worker.WaitAsync());
        Assert.Equal(Tasks, (await project.DoneAsync()).Count);
        Assert.Equal(default, await project.CountAsync());
        Assert.InRange(project.Starts().Count(), Tasks, Tasks + 4);
    }
}
