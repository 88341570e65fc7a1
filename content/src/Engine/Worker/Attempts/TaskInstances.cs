using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Worker.Attempts;

/// <summary>One instance of each task for the whole worker; its constructor gets services.</summary>
internal sealed class TaskInstances : IAsyncDisposable
{
    private readonly Dictionary<TaskDefinition, object> _instances = [];
    private readonly ILogger _logger;

    /// <exception cref="TaskQueueException">A task cannot be made (78).</exception>
    public TaskInstances(TaskCatalog tasks, IServiceProvider services)
    {
        _logger = services.GetRequiredService<ILogger<TaskInstances>>();
        foreach (var task in tasks.Tasks)
            _instances.Add(task, task.Create(services));
    }

    public object Of(TaskDefinition task) => _instances[task];

    /// <summary>A task that fails to be disposed of has done its work all the same.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (task, instance) in _instances)
        {
            try
            {
                if (instance is IAsyncDisposable asynchronous)
                    await asynchronous.DisposeAsync();
                else
                    (instance as IDisposable)?.Dispose();
            }
            catch (Exception e)
            {
                _logger.LogError(e, "{Task} failed when it was disposed of", task.Name);
            }
        }
    }
}
