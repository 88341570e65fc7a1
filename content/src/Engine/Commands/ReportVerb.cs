using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports.Pages;

namespace TaskQueue.Commands;

internal sealed class ReportVerb : Verb
{
    private readonly RunOptions _runs = new();
    private readonly Option<string?> _output = VerbOption.Text("--output", "FILE", "the page to write", "report.html");

    public ReportVerb() : base("report", VerbGroup.Inspect, "a page to keep: what a run did, and what limited it") => Declare([_runs.All[0], _output]);

    public override string About => """
        Writes one HTML file about the newest run, or --run: rows over time, what each worker did, how long rows took, what
        failed, and the slowest rows. It needs no network and no other file, in light and in dark, on a telephone and on
        paper. It can be written while the run goes on.
        """;

    public override IReadOnlyList<Example> Examples => [new("report --output run.html"), new("report --run spring-2026 --output spring.html")];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var (terminal, records, path) = (invocation.Terminal, invocation.OpenRecords(), invocation.Get(_output) ?? "report.html");
        var run = await _runs.ChooseAsync(invocation, records, task: null, cancellationToken) ?? throw new TaskQueueException(
            ExitCode.BadInput, "There is no run to report on.", $"In {records.Store.Location}", "Insert tasks first: dotnet run insert-tasks");
        var report = new RunReport(invocation.Settings, invocation.FindTasks(), queue, records, TimeProvider.System);
        await report.WriteAsync(run, Path.GetFullPath(path, terminal.Folder), cancellationToken);
        terminal.Error.WriteLine($"Wrote the report of run {run.Run} to {path}");
        return ExitCode.Done;
    }
}
