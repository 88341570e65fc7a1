using System.Reflection;
using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Tables;

namespace TaskQueue.Binding;

/// <summary>The tasks of a project, found by reflection: every class that implements ITask.</summary>
public sealed class TaskCatalog
{
    private readonly Dictionary<string, TaskDefinition> _byName = new(StringComparer.Ordinal);

    /// <exception cref="TaskQueueException">There is no task, two have one name, or one is misshapen (exit code 78).</exception>
    public TaskCatalog(Assembly assembly)
    {
        Build = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown";
        foreach (var task in assembly.GetTypes().Where(TaskDefinition.IsTask).Select(TaskDefinition.Of))
            if (!_byName.TryAdd(task.Name, task))
                throw new TaskQueueException(
                    ExitCode.Configuration, $"Two classes give the task name '{task.Name}'.",
                    $"In {_byName[task.Name].Type.FullName} and {task.Type.FullName}", "Rename one of them.");

        if (_byName.Count == 0)
            throw new TaskQueueException(
                ExitCode.Configuration, "The project has no task.", $"In assembly {assembly.GetName().Name}",
                "Write a class that implements ITask<TParameters, TResult>, or run: dotnet new dltask -n MyTask");
    }

    /// <summary>
    /// The version of the program with the hash of its sources: inserter and worker should agree on it.
    /// </summary>
    public string Build { get; }

    public IReadOnlyCollection<TaskDefinition> Tasks => _byName.Values;

    public IReadOnlyList<string> Names => [.. _byName.Keys];

    public TaskDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <param name="task">A task's name, also one that is none of this project.</param>
    /// <param name="project">The project's settings.</param>
    internal TaskLimits LimitsOf(string? task, TaskQueueSettings project) => new(task is null ? null : Find(task)?.Settings, project);

    /// <summary>The task of that name; without a name, the project's only one.</summary>
    /// <exception cref="TaskQueueException">The name is unknown, or needed (exit code 64).</exception>
    public TaskDefinition Select(string? name)
    {
        if (name is null && _byName.Count == 1)
            return _byName.Values.Single();
        if (name is not null && Find(name) is { } task)
            return task;

        throw Unclear(name is null ? "The project has several tasks: say which." : $"The project has no task '{name}'.");
    }

    /// <summary>The only task of the project, or else the only one whose parameters a table can fill.</summary>
    /// <param name="table">Its columns decide.</param>
    /// <param name="given">Names of parameters that need no column.</param>
    /// <exception cref="TaskQueueException">The table fits none or several of the tasks (exit code 64).</exception>
    public TaskDefinition SelectFor(ITable table, IEnumerable<string> given)
    {
        var fitting = FindFitting(table, given);
        return fitting is [var only]
            ? only
            : throw Unclear($"The project has several tasks, and {(fitting.Count == 0 ? "none" : "more than one")} of them fits this table's columns: say which.");
    }

    /// <summary>The tasks whose parameters a table can fill; a project's only one, whether it can or not.</summary>
    public IReadOnlyList<TaskDefinition> FindFitting(ITable table, IEnumerable<string> given) =>
        [.. Tasks.Where(task => Tasks.Count == 1 || task.Parameters.All(parameter => IsFilled(parameter, table, given))).OrderBy(task => task.Name, StringComparer.Ordinal)];

    private static bool IsFilled(Parameter parameter, ITable table, IEnumerable<string> given)
    {
        if (given.Contains(parameter.Column))
            return true;
        return ColumnMatch.Find(parameter, table) is >= 0 and var column
            ? parameter.HasConverter || ColumnRules.Allowed(parameter.ValueType).Contains(table.Columns[column].Kind) || table.Columns[column].Kind == ColumnKind.Null
            : parameter.IsOptional;
    }

    private TaskQueueException Unclear(string what) => new(
        ExitCode.Usage, what, next: $"Use --task with one of: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}");
}
