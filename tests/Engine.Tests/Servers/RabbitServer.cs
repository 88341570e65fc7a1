using TaskQueue.Tests.Servers;

[assembly: AssemblyFixture(typeof(RabbitServer))]

namespace TaskQueue.Tests.Servers;

/// <summary>The broker that tests share, each with queues of its own: started by the first that asks, stopped after the last.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1);
    private TestBroker? _broker;

    /// <summary>A TASKQUEUE_PATH that no other test has.</summary>
    public async Task<string> NewQueueAsync() => $"{(await StartedAsync()).Url}/{NewName()}";

    /// <summary>A name of a queue that no other test has.</summary>
    public static string NewName() => $"test-{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        _once.Dispose();
    }

    /// <summary>The broker itself, for tests that do no harm to others.</summary>
    internal async Task<TestBroker> StartedAsync()
    {
        await _once.WaitAsync();
        try
        {
            return _broker ??= await TestBroker.StartAsync();
        }
        finally
        {
            _once.Release();
        }
    }
}
