using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;

namespace TaskQueue.Worker;

/// <summary>One instance of each task for the whole worker; its constructor gets services.</summary>
public sealed class TaskInstances(IServiceProvider services) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _instances = new();

    public object Of(TaskDefinition task) =>
        _instances.GetOrAdd(task.Type, type => new Lazy<object>(() => ActivatorUtilities.CreateInstance(services, type))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.Values.Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value))
            if (instance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
    }
}
