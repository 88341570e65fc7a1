using System.CommandLine;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Logging;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Commands.Cli;

/// <summary>What a verb gets to work with.</summary>
internal sealed class Invocation
{
    public required CommandLine Commands { get; init; }

    public required ParseResult Arguments { get; init; }

    public required Terminal Terminal { get; init; }

    /// <summary>Holds the user's tasks.</summary>
    public required Assembly Tasks { get; init; }

    /// <summary>Registers the services that the user's tasks want.</summary>
    public required Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>As it was typed, for the records; without secrets.</summary>
    public string CommandLine => SecretMask.HideValues(Arguments.Tokens.Select(token => token.Value));

    public bool IsVerbose => Arguments.GetResult(Commands.Verbose) is { Implicit: false };

    /// <summary>Read when first asked for; warnings go to standard error.</summary>
    public LoadedSettings Loaded => field ??= Load();

    public TaskQueueSettings Settings => Loaded.Settings;

    public T? Get<T>(Option<T> option) => Arguments.GetValue(option);

    public T? Get<T>(Argument<T> argument) => Arguments.GetValue(argument);

    /// <summary>The project's folder, without its settings.</summary>
    public string FindRoot() => ProjectFolder.Find(Terminal.Folder, Get(Commands.EnvFile), isConfigured: true);

    /// <param name="path">Another queue than that of the settings, written alike.</param>
    /// <param name="mayCreate">Whether a queue file is made where there is none.</param>
    public ITaskQueue OpenQueue(string? path = null, bool mayCreate = false) =>
        QueueKinds.Open(path ?? Settings.QueuePath, Settings.ProjectRoot, TaskLimits.OfQueue(Tasks, Settings), mayCreate);

    /// <param name="doneFound">Told how many done rows of a task there are, before the first of them is read.</param>
    public RecordStore OpenRecords(Action<long>? doneFound = null) => new(StoreKinds.Open(Settings.CloudPath, Settings.ProjectRoot))
    {
        DoneFound = doneFound,
        LinesPassedOver = warning => Terminal.Error.WriteLine($"warning: {warning}"),
    };

    public TaskCatalog FindTasks() => new(Tasks);

    /// <summary>The name of the chosen task; null when none was chosen.</summary>
    /// <exception cref="TaskQueueException">The project has no such task (exit code 64).</exception>
    public string? FindTask(Option<string?> option) => Get(option) is { } name ? FindTasks().Select(name).Name : null;

    /// <summary>
    /// What the user's classes may ask for in their constructors, outside of a worker: logging to standard error, and what
    /// the project registers.
    /// </summary>
    public ServiceCollection DescribeServices()
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        services.AddLogging(logging => logging.AddTaskLogging(configuration, IsVerbose));
        ConfigureServices?.Invoke(services);
        return services;
    }

    public ServiceProvider CreateServices() => DescribeServices().BuildServiceProvider();

    private LoadedSettings Load()
    {
        var loaded = SettingsLoader.Load(Terminal.Folder, Get(Commands.EnvFile));
        loaded.Export();
        foreach (var warning in loaded.Warnings)
            Terminal.Error.WriteLine($"warning: {warning}");

        return loaded;
    }
}
