using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues;

/// <summary>RabbitMQ passes the conformance suite.</summary>
public sealed class RabbitQueueTests(RabbitServer server) : QueueConformance
{
    private string _path = "";

    protected override bool CanRelease => false;

    public override async ValueTask InitializeAsync()
    {
        _path = await server.NewQueueAsync();
        await base.InitializeAsync();
        await Queue.InsertAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await Queue.DeleteAsync(CancellationToken.None);
        await base.DisposeAsync();
    }

    protected override Task<ITaskQueue> OpenAsync() => Task.FromResult(QueueKinds.Open(_path, "/"));

    protected override Task<IQueueConsumer> ConsumeAsync(int most) => RabbitConsumer.StartAsync(new Uri(_path), most);
}
