using System.CommandLine;
using System.Text.Json;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class FailedVerb : Verb
{
    private const long DefaultLimit = 50;

    private readonly Option<string?> _task = VerbOption.Task();
    private readonly RunOptions _runs = new();
    private readonly Option<long?> _limit =
        VerbOption.Number("--limit", "list at most N tasks", 0, @default: $"{DefaultLimit}");
    private readonly Option<string?> _error = VerbOption.Error();
    private readonly Option<bool> _json = VerbOption.Switch("--json", "all of them as JSON");

    public FailedVerb() : base("failed", VerbGroup.Inspect, "the tasks that failed, grouped by error") =>
        Declare([_task, .. _runs.All, _limit, _error, _json]);

    public override string About => """
        A task has failed when it used up its TQ_MAX_ATTEMPTS attempts, or rejected its row. It stays in the queue,
        apart, until requeue puts it back or purge removes it. Errors that differ by names and numbers only are
        counted together, the commonest first.
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("failed"), new("failed --error 'timed out'"), new("failed --json | jq -r '.tasks[].id'", "their ids")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var task = invocation.FindTask(_task);
        var isJson = invocation.Get(_json);
        var limit = isJson ? long.MaxValue : invocation.Get(_limit) ?? DefaultLimit;
        var records = invocation.OpenRecords();
        var run = await _runs.ChooseAsync(invocation, records, task, cancellationToken);
        var failures = await new FailureReader(queue, records).ReadAsync(task, run?.Run, limit, cancellationToken, invocation.Get(_error));
        if (isJson)
        {
            invocation.Terminal.Out.WriteLine(JsonSerializer.Serialize(failures, ReportJson.Whole.Failures));
            return ExitCode.Done;
        }

        FailuresText.Write(failures, invocation.Terminal.Out);
        invocation.Terminal.Out.Flush();
        if (failures.Groups is [var group, ..])
        {
            invocation.Terminal.Error.WriteLine();
            invocation.Terminal.Error.WriteLine($"More about one: dotnet run logs {Printable.Of(group.Example)}");
            invocation.Terminal.Error.WriteLine("Put all back:   dotnet run requeue --all");
        }

        return ExitCode.Done;
    }
}
