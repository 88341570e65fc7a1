using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskQueue.Binding;
using TaskQueue.Queues.Files;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Storage.Inputs;

namespace TaskQueue.Worker;

/// <summary>Registers what it takes to run a message, with or without a queue.</summary>
internal static class ExecutorServices
{
    public static IServiceCollection AddExecutor(
        this IServiceCollection services, TaskQueueSettings settings, TaskCatalog tasks, IObjectStore store, string build)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(settings)
            .AddSingleton(tasks)
            .AddSingleton(store)
            .AddSingleton(new RecordStore(store))
            .AddSingleton(new InputSources(settings.ProjectRoot, RootsOf(settings, store)))
            .AddSingleton(WorkerIdentity.OfThisProcess(build, settings.Concurrency))
            .AddSingleton<WorkerLifetime>()
            .AddSingleton<TaskInstances>()
            .AddSingleton<ExclusiveGate>()
            .AddSingleton<StoreOutage>()
            .AddSingleton<AttemptRecords>()
            .AddSingleton<TaskRunner>()
            .AddSingleton<TaskExecutor>();
    }

    /// <summary>Who can write to a queue file is a user of this machine, and mostly the same.</summary>
    private static InputRoots RootsOf(TaskQueueSettings settings, IObjectStore store) => new(
        settings.InputRoots, settings.ProjectRoot, (store as FolderStore)?.Location,
        anyPath: settings.QueuePath.StartsWith($"{FileQueue.Scheme}://", StringComparison.OrdinalIgnoreCase));
}
