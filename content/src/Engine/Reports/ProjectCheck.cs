using System.Reflection;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Reports;

/// <summary>Tries everything that a run needs, before time and money are spent.</summary>
/// <param name="loaded">Checked settings.</param>
/// <param name="tasks">The assembly that holds the tasks.</param>
/// <param name="services">What the constructors of the tasks ask for.</param>
/// <param name="output">Gets a line for each check, and up to two more for a problem.</param>
internal sealed class ProjectCheck(LoadedSettings loaded, Assembly tasks, IServiceProvider services, TextWriter output)
{
    private readonly TaskQueueSettings _settings = loaded.Settings;
    private readonly List<(string Name, Func<string> Run)> _more = [];

    /// <summary>Adds a check that comes after the others.</summary>
    /// <param name="name">Begins its lines.</param>
    /// <param name="check">Returns a line, or throws the problem.</param>
    public void Add(string name, Func<string> check) => _more.Add((name, check));

    /// <param name="task">Which task the table is for; null for those that its columns fit.</param>
    /// <param name="create">Whether the queue is made where it is missing.</param>
    /// <param name="cancellationToken">Ends the check that is under way.</param>
    /// <returns>0, or the exit code of the first problem.</returns>
    public async Task<ExitCode> RunAsync(string? task, bool create, CancellationToken cancellationToken)
    {
        WriteSettings();
        List<ExitCode> codes =
        [
            await TryAsync("tasks", CheckTasksAsync),
            await TryAsync("table", () => CheckTableAsync(task, cancellationToken)),
            await TryAsync("queue", () => CheckQueueAsync(create, cancellationToken)),
            await TryAsync("store", () => CheckStoreAsync(cancellationToken)),
        ];
        foreach (var (name, check) in _more)
            codes.Add(await TryAsync(name, () => Task.FromResult(check())));
        return codes.FirstOrDefault(code => code != ExitCode.Done);
    }

    /// <summary>Lists every setting with its value and where it comes from.</summary>
    private void WriteSettings()
    {
        var areDefaults = loaded.Values.All(value => value.Source == "default");
        WriteLines("settings", "ok", areDefaults ? "all are defaults" : "");
        TextColumns.Write([.. loaded.Values.Select(value => new[] { value.Setting.Name, value.Shown, value.Source })], output);
    }

    /// <summary>Makes each task once, as a worker does.</summary>
    private async Task<string> CheckTasksAsync()
    {
        var catalog = new TaskCatalog(tasks);
        await using var instances = new TaskInstances(catalog, services);
        return string.Join(", ", catalog.Tasks.Select(task => task.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>Binds and checks every row as an insert would; which of them are done is not asked.</summary>
    private async Task<string> CheckTableAsync(string? task, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var fitting = await FindFittingAsync(task, cancellationToken);
        foreach (var name in fitting)
        {
            var request = new InsertRequest { DryRun = true, Rows = new() { Task = name, NoFilter = true } };
            var report = await TableInserter.InsertAsync(_settings, request, tasks, services, new(), cancellationToken);
            lines.Add($"{report.Run.Table}: {Counted.Rows(report.Run.Rows)} {(report.Run.Rows == 1 ? "fits" : "fit")} {report.Run.Task}");
        }
        if (fitting.Count > 1)
            lines.Add("several tasks fit: insert-tasks and run-local want --task");
        return string.Join('\n', lines);
    }

    /// <returns>The tasks whose parameters the table's columns fill, when there are several; else the one that was named, or null for the insert to choose.</returns>
    private async Task<IReadOnlyList<string?>> FindFittingAsync(string? task, CancellationToken cancellationToken)
    {
        var catalog = new TaskCatalog(tasks);
        if (task is not null || catalog.Tasks.Count == 1)
            return [task];
        using var source = await TableSource.OpenAsync(_settings.ParameterFilename, _settings.ProjectRoot, cancellationToken);
        return catalog.FindFitting(source.Table, given: []) is { Count: > 1 } several ? [.. several.Select(one => one.Name)] : [null];
    }

    private async Task<string> CheckQueueAsync(bool create, CancellationToken cancellationToken)
    {
        await using var queue = QueueKinds.Open(_settings.QueuePath, _settings.ProjectRoot, TaskLimits.OfQueue(tasks, _settings), mayCreate: create);
        var made = create ? await queue.CreateAsync(cancellationToken) : [];
        var warnings = await queue.FindWarningsAsync(cancellationToken);
        var (ready, leased, parked) = await queue.CountAsync(cancellationToken);
        return string.Join('\n', [
            $"{queue.Location}: {Counted.Number(ready)} queued, {Counted.Number(leased)} running, {Counted.Number(parked)} failed",
            .. made, .. warnings.Select(warning => $"warning: {warning}")]);
    }

    private async Task<string> CheckStoreAsync(CancellationToken cancellationToken)
    {
        var store = StoreKinds.Open(_settings.CloudPath, _settings.ProjectRoot);
        await store.ProbeAsync(cancellationToken);
        return $"{store.Location}: can be listed and written";
    }

    private async Task<ExitCode> TryAsync(string name, Func<Task<string>> check)
    {
        try
        {
            WriteLines(name, "ok", (await check()).Split('\n'));
            return ExitCode.Done;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var (lines, code) = ErrorLines.Of(exception);
            WriteLines(name, "problem", [.. lines]);
            return code;
        }
    }

    private void WriteLines(string name, string verdict, params string[] lines)
    {
        foreach (var line in lines)
        {
            output.WriteLine($"{name,-8}  {verdict,-7}  {line}".TrimEnd());
            (name, verdict) = ("", "");
        }
    }
}
