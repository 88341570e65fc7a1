using TaskQueue.Queues;
using TaskQueue.Tests.Servers;

namespace TaskQueue.Tests.Queues.Sqs;

/// <summary>SQS passes the conformance suite, on an emulator.</summary>
public sealed class SqsQueueTests(Emulators emulators) : LeaseQueueConformance
{
    private SqsServer _server = null!;
    private string _name = "";

    protected override bool CanRelease => false;

    public override async ValueTask InitializeAsync()
    {
        _server = new SqsServer(await emulators.FauxqsAsync());
        _name = await _server.CreateAsync();
        await base.InitializeAsync();
    }

    protected override Task<ITaskQueue> OpenAsync() => Task.FromResult<ITaskQueue>(_server.Open(_name));
}
