using System.CommandLine;

namespace TaskQueue.Commands.Shell;

/// <summary>Chooses one of the project's tasks.</summary>
internal static class TaskOption
{
    public static Option<string?> Create() =>
        VerbOption.Text("--task", "NAME", "only this task of the project", "all");

    /// <summary>The chosen name; null when none was chosen.</summary>
    /// <exception cref="Contracts.TaskQueueException">The project has no such task (exit code 64).</exception>
    public static string? Check(Invocation invocation, Option<string?> option) =>
        invocation.Get(option) is { } name ? invocation.FindTasks().Select(name).Name : null;
}
