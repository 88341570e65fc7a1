using System.Diagnostics;
using System.Reflection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Client;

/// <summary>Opens clients: for programs and tests that call a task over values of their own and take its results as they come.</summary>
public static class TaskClient
{
    /// <summary>Opens a client of a task by its type.</summary>
    /// <typeparam name="TTask">The task, of a project with settings around the working directory.</typeparam>
    /// <typeparam name="TParameters">Its parameters.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="TaskQueueException">Settings, queue or store cannot be used; the run's name is taken (65).</exception>
    public static Task<TaskClient<TParameters, TResult>> OpenAsync<TTask, TParameters, TResult>(
        ClientOptions? options = null, CancellationToken cancellationToken = default) where TTask : ITask<TParameters, TResult>
    {
        var catalog = new TaskCatalog(typeof(TTask).Assembly);
        return OpenAsync<TParameters, TResult>(catalog, catalog.Tasks.Single(task => task.Type == typeof(TTask)), options, cancellationToken);
    }

    /// <summary>Opens a client of a task by its name.</summary>
    /// <param name="task">As <c>describe</c> shows it.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="TaskQueueException">
    /// There is no such task, or it has other types (64); settings, queue or store cannot be used; the run's name is taken (65).
    /// </exception>
    public static Task<TaskClient<TParameters, TResult>> OpenAsync<TParameters, TResult>(
        string task, Assembly tasks, ClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        var catalog = new TaskCatalog(tasks);
        if (catalog.Find(task) is not { } found)
            throw new TaskQueueException(
                ExitCode.Usage, $"The project has no task {Printable.Quote(task)}.",
                next: $"It has: {string.Join(", ", catalog.Tasks.Select(known => known.Name).Order(StringComparer.Ordinal))}");
        if (!found.Type.IsAssignableTo(typeof(ITask<TParameters, TResult>)))
            throw new TaskQueueException(
                ExitCode.Usage, $"Task {found.Name} does not take {typeof(TParameters).Name} and return {typeof(TResult).Name}.",
                next: $"Open the client with the types of {found.Type.FullName}.");
        return OpenAsync<TParameters, TResult>(catalog, found, options, cancellationToken);
    }

    private static async Task<TaskClient<TParameters, TResult>> OpenAsync<TParameters, TResult>(
        TaskCatalog catalog, TaskDefinition task, ClientOptions? options, CancellationToken cancellationToken)
    {
        options ??= new();
        var settings = options.Settings ?? LoadSettings(options);
        if (!settings.RecordsSuccesses)
            throw new TaskQueueException(
                ExitCode.Configuration, "TASK_RECORDS=failed keeps no results, so a client would wait for ever.",
                next: "Set TASK_RECORDS=all.");
        if (options.GroupSize is < 1 or > MessageGroups.MostRows)
            throw new TaskQueueException(
                ExitCode.Usage, $"GroupSize is {options.GroupSize}; allowed: a whole number from 1 to {MessageGroups.MostRows}.");
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        var records = new RecordStore(store) { LinesPassedOver = options.Warned };
        await store.ProbeAsync(cancellationToken);
        await records.PrepareAsync(cancellationToken);
        var record = await CreateRecordAsync(task.Name, catalog.Build, options.Run, options.GroupSize, records, cancellationToken);
        record = record with { Image = WorkerImage.Find(settings.ProjectRoot) };
        var queue = options.OpenQueue?.Invoke() ?? QueueKinds.Open(settings.QueuePath, settings.ProjectRoot, TaskLimits.OfQueue(task.Type.Assembly, settings));
        try
        {
            // A broker that makes its queue by itself makes it now.
            var mostBytes = await queue.GetMaxMessageBytesAsync(cancellationToken);
            foreach (var warning in await queue.FindWarningsAsync(cancellationToken))
                options.Warned(warning);
            var payloads = new PayloadWriter(records, task.Name, record.Run, mostBytes, options.ByReference);
            var messages = new ValueMessages(task, record.Run, catalog.Build, payloads.MostBytesOfRow);
            var run = new ClientRun(
                record, records, payloads, await records.ReadDoneIdsAsync(task.Name, cancellationToken), queue, mostBytes, TimeProvider.System);
            if (options.LocalConcurrency > 0)
                run.Worker = new LocalWorker(
                    settings with { Concurrency = options.LocalConcurrency }, task.Type.Assembly, options.ConfigureServices, run.Fail);
            return new TaskClient<TParameters, TResult>(task.Name, run, messages, records, options.MostOpen);
        }
        catch
        {
            await queue.DisposeAsync();
            throw;
        }
    }

    private static TaskQueueSettings LoadSettings(ClientOptions options)
    {
        var loaded = SettingsLoader.Load(Environment.CurrentDirectory, envFile: null);
        loaded.Export();
        foreach (var warning in loaded.Warnings)
            options.Warned(warning);
        return loaded.Settings;
    }

    private static async Task<RunRecord> CreateRecordAsync(
        string task, string build, string? name, int groupSize, RecordStore records, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.UtcNow;
        name = name is null ? RunName.Create(now) : RunName.Check(name);
        if (await records.Runs.FindAsync(name, cancellationToken) is not null || await records.Runs.FindEndAsync(name, cancellationToken) is not null)
            throw new TaskQueueException(
                ExitCode.BadInput, $"There is a run {name} already.", $"In {records.Store.Location}",
                "Give the run another name. Values that are done are not run again.");
        return new RunRecord
        {
            Run = name,
            Task = task,
            Table = ValueTable.Name,
            TableHash = "",
            Rows = 0,
            Finished = 0,
            Queued = 0,
            AlreadyQueued = 0,
            GroupSize = groupSize,
            Command = SecretMask.HideValues(Environment.GetCommandLineArgs()),
            Build = build,
            // Of the program, when it traces itself.
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: var id } ? id : null,
            Started = now,
        };
    }
}
