using System.CommandLine;
using System.Text.Json;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Commands;

internal sealed class RunsVerb : Verb
{
    private readonly Option<bool> _json = VerbOption.Switch("--json", "the same as JSON, with build, image and the whole hash");

    public RunsVerb() : base("runs", VerbGroup.Inspect, "the runs: their tables, how far they are, their size in the store") => Declare(_json);

    public override string About => """
        Every insert that queues something is a run. Its state is inserting (an insert is at work, or died over it:
        go on with insert-tasks --run NAME), pending, running, finished or cancelled. Each row counts in the run that
        queued it.
        """;

    public override IReadOnlyList<Example> Examples => [new("runs"), new("runs --json", "for scripts")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var list = new RunList(invocation.Settings, invocation.OpenRecords(), queue, TimeProvider.System);
        var runs = await list.ReadAsync(withSizes: true, cancellationToken);
        if (invocation.Get(_json))
            invocation.Terminal.Out.WriteLine(JsonSerializer.Serialize(runs, ReportJson.Whole.IReadOnlyListRunLine));
        else
            RunList.Write(runs, DateTimeOffset.UtcNow, invocation.Terminal.Out);
        return ExitCode.Done;
    }
}
