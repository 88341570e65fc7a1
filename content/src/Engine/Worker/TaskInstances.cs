using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Worker;

/// <summary>One instance of each task for the whole worker; its constructor gets services.</summary>
internal sealed class TaskInstances : IAsyncDisposable
{
    private readonly Dictionary<TaskDefinition, object> _instances = [];

    /// <exception cref="TaskQueueException">A task cannot be made (78).</exception>
    public TaskInstances(TaskCatalog tasks, IServiceProvider services)
    {
        foreach (var task in tasks.Tasks)
            _instances.Add(task, task.Create(services));
    }

    public object Of(TaskDefinition task) => _instances[task];

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances.Values)
            if (instance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else
                (instance as IDisposable)?.Dispose();
    }
}
