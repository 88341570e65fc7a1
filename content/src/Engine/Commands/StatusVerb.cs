using System.CommandLine;
using System.Text.Json;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Records.Runs;
using TaskQueue.Reports;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Commands;

internal sealed class StatusVerb : Verb
{
    private readonly Argument<string?> _id = new("ID") { Description = "where this row is", Arity = ArgumentArity.ZeroOrOne };
    private readonly RunOptions _runs = new();
    private readonly Option<bool> _watch = VerbOption.Switch("--watch", "show it again and again, until the run is over");
    private readonly Option<bool> _wait = VerbOption.Switch("--wait", "say nothing until the run is over; exit code 75 when tasks failed");
    private readonly Option<string?> _onDone = VerbOption.Text("--on-done", "COMMAND", "with --wait: run this command afterwards");
    private readonly Option<bool> _json = VerbOption.Switch("--json", "the same numbers as JSON");

    public StatusVerb() : base("status", VerbGroup.Inspect, "how much is queued, running, done and failed") =>
        Declare([_id, .. _runs.All, _watch, _wait, _onDone, _json]);

    public override string About => """
        Counts the rows of the newest run, or of --run. Done rows are counted by their records. Queued, running and
        failed ones are counted by a queue file itself; a broker cannot tell runs apart, so there they follow from the
        records of the workers, which are up to 10 s old. The rate is what the workers reported of tasks that ended
        well. --all-runs gives the queue's own counts and lists the runs.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("status"),
        new("status --watch"),
        new("status --wait --on-done \"notify-send done\""),
        new("status tile_07", "where one row is"),
        new("status --json", "for scripts"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Get(_onDone) is not null && !invocation.Get(_wait))
            throw new TaskQueueException(ExitCode.Usage, "--on-done wants --wait.", next: "Write: dotnet run status --wait --on-done COMMAND");

        await using var queue = invocation.OpenQueue();
        var records = invocation.OpenRecords();
        var run = await _runs.ChooseAsync(invocation, records, task: null, cancellationToken);
        var (terminal, settings, tasks) = (invocation.Terminal, invocation.Settings, invocation.FindTasks().Names);
        if (invocation.Get(_id) is { } id)
        {
            var rows = new RowStatus(queue, records);
            foreach (var line in await rows.DescribeAsync(id, run, tasks, cancellationToken))
                terminal.Out.WriteLine(line);
            return ExitCode.Done;
        }

        var reader = new StatusReader(settings, tasks, queue, records, TimeProvider.System);
        var watch = new StatusWatch(reader, settings.RecordsSuccesses, queue.CountsLag, terminal.Out, terminal.HasLiveOut, TimeProvider.System);
        if (invocation.Get(_wait))
            return await watch.WaitAsync(RunOf(run), invocation.Get(_onDone), settings.ProjectRoot, cancellationToken);
        if (invocation.Get(_watch))
            return await watch.ShowAsync(RunOf(run), cancellationToken);

        var status = await reader.ReadAsync(run, cancellationToken);
        if (invocation.Get(_json))
            terminal.Out.WriteLine(JsonSerializer.Serialize(status, ReportJson.Whole.Status));
        else
            StatusText.Write(status, settings.RecordsSuccesses, queue.CountsLag, terminal.Out);
        return ExitCode.Done;
    }

    private static RunRecord RunOf(RunRecord? run) => run ?? throw new TaskQueueException(
        ExitCode.BadInput, "There is no run to wait for.", next: "Insert tasks first, or name a run: dotnet run status --wait --run NAME");
}
