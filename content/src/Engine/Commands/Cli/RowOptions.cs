using System.CommandLine;
using TaskQueue.Contracts;
using TaskQueue.Insert;

namespace TaskQueue.Commands.Cli;

/// <summary>The options that choose a table and some of its rows.</summary>
internal sealed class RowOptions
{
    private readonly Option<string?> _table =
        VerbOption.Text("--table", "FILE", "the parameter table", "TASK_PARAMETER_FILENAME, tasks");
    private readonly Option<string?> _task =
        VerbOption.Text("--task", "NAME", "which task to run", "the only one that fits the table");
    private readonly Option<long?> _limit =
        VerbOption.Number("--limit", "at most N rows that are not done yet", 1, @default: "all");
    private readonly Option<long?> _skip =
        VerbOption.Number("--skip", "leave out the first N rows of the table", 0, @default: "0");
    private readonly Option<string[]> _set = Set("a value for a parameter in all rows");
    private readonly Option<bool> _noFilter = VerbOption.Switch("--no-filter", "take rows that are done, too");

    public IReadOnlyList<Option> All => [_table, _task, _limit, _skip, _set, _noFilter];

    /// <summary>Gives values to parameters.</summary>
    public static Option<string[]> Set(string description) =>
        new("--set") { HelpName = "NAME=VALUE", Description = $"{description}; may be repeated" };

    /// <exception cref="TaskQueueException">A --set is no NAME=VALUE, or repeats a name (exit code 64).</exception>
    public RowChoice Choice(Invocation invocation) => new()
    {
        Table = invocation.Get(_table),
        Task = invocation.Get(_task),
        Skip = invocation.Get(_skip) ?? 0,
        Limit = invocation.Get(_limit),
        NoFilter = invocation.Get(_noFilter),
        Constants = ReadConstants(invocation.Get(_set)!),
    };

    /// <summary>The values of <c>--set</c> by name.</summary>
    /// <exception cref="TaskQueueException">One is no NAME=VALUE, or repeats a name (exit code 64).</exception>
    public static IReadOnlyDictionary<string, string> ReadConstants(string[] assignments)
    {
        var constants = new Dictionary<string, string>();
        foreach (var assignment in assignments)
        {
            var equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new TaskQueueException(
                    ExitCode.Usage, "A --set is no NAME=VALUE.", next: "Write, for example: --set threshold=0.5");
            if (!constants.TryAdd(assignment[..equals], assignment[(equals + 1)..]))
                throw new TaskQueueException(ExitCode.Usage, $"--set gives {assignment[..equals]} twice.");
        }

        return constants;
    }
}
