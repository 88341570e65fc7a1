using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskQueue.Binding;
using TaskQueue.Queues.Files;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Storage.Inputs;

namespace TaskQueue.Worker.Attempts;

/// <summary>Registers what it takes to run a message, with or without a queue.</summary>
internal static class ExecutorServices
{
    /// <param name="services">Where to.</param>
    /// <param name="settings">Checked settings.</param>
    /// <param name="tasks">The tasks of the project.</param>
    /// <param name="store">Takes outputs.</param>
    /// <param name="records">Keep how rows ended.</param>
    /// <param name="build">Version of the program.</param>
    /// <param name="groupRows">When so many results wait for their record, no other can come before they have it.</param>
    public static IServiceCollection AddExecutor(
        this IServiceCollection services, TaskQueueSettings settings, TaskCatalog tasks, IObjectStore store, RecordStore records, string build,
        int groupRows = int.MaxValue)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(settings)
            .AddSingleton(tasks)
            .AddSingleton(store)
            .AddSingleton(records)
            .AddSingleton(new InputSources(settings.ProjectRoot, RootsOf(settings, store)))
            .AddSingleton(WorkerIdentity.OfThisProcess(build, settings.Concurrency))
            .AddSingleton<WorkerLifetime>()
            .AddSingleton<TaskInstances>()
            .AddSingleton<WorkerHooks>()
            .AddSingleton<ExclusiveGate>()
            .AddSingleton<StoreOutage>()
            .AddSingleton<KnownRuns>()
            .AddSingleton<BuildCheck>()
            .AddSingleton<DoneLookup>()
            .AddSingleton(services => new JournalWriter(
                records.Store, services.GetRequiredService<WorkerIdentity>().Name, groupRows, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<RepeatedRows>()
            .AddSingleton<AttemptLogs>()
            .AddSingleton<FailedAttempts>()
            .AddSingleton<AttemptRecords>()
            .AddSingleton<RowParameters>()
            .AddSingleton<TaskRunner>()
            .AddSingleton<TaskExecutor>();
    }

    /// <summary>The writers of a queue file are users of this machine, and mostly the same one.</summary>
    private static InputRoots RootsOf(TaskQueueSettings settings, IObjectStore store) => new(
        settings.InputRoots, settings.ProjectRoot, (store as FolderStore)?.Location,
        anyPath: settings.QueuePath.StartsWith($"{FileQueue.Scheme}://", StringComparison.OrdinalIgnoreCase));
}
