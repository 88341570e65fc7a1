using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class LogsVerb : Verb
{
    private readonly Argument<string> _id = new("ID") { Description = "id of a row" };
    private readonly Option<string?> _task =
        VerbOption.Text("--task", "NAME", "whose row", "the project's tasks, one after the other");
    private readonly Option<string?> _run = VerbOption.Text("--run", "NAME", "what it left in this run", "the newest that it ran in");

    public LogsVerb() : base("logs", VerbGroup.Inspect, "what a task logged, and how it failed") =>
        Declare(_id, _task, _run);

    public override string About => """
        Shows the log of the row's last attempt, and the exception with its stack trace when that attempt failed.
        """;

    public override IReadOnlyList<Example> Examples => [new("logs tile_07")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.FindTask(_task);
        var tasks = task is null ? invocation.FindTasks().Names : [task];
        var records = invocation.OpenRecords();
        var run = invocation.Get(_run) is { } name ? (await records.Runs.GetAsync(name, cancellationToken)).Run : null;
        var log = new RowLog(records, invocation.Terminal.Out);
        await log.WriteAsync(tasks, run, invocation.Get(_id)!, invocation.Terminal.Error.WriteLine, cancellationToken);
        return ExitCode.Done;
    }
}
