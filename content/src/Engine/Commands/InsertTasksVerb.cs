using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Reports;
using TaskQueue.Telemetry;

namespace TaskQueue.Commands;

internal sealed class InsertTasksVerb : Verb
{
    private readonly RowOptions _rows = new();
    private readonly Option<string?> _run =
        VerbOption.Text("--run", "NAME", "the run's name; one of that name and table goes on", "made from the time");
    private readonly Option<bool> _again = VerbOption.Switch("--again", "run rows that are done again, because the code has changed");
    private readonly Option<bool> _byReference =
        VerbOption.Switch("--by-reference", "store all rows under CF_CLOUDPATH, and not only those that are too long for a message");
    private readonly Option<long?> _groupSize = VerbOption.Number(
        "--group-size", "rows in one message, for rows that take milliseconds", 1, MessageGroups.MostRows, "1");
    private readonly Option<bool> _dryRun =
        VerbOption.Switch("--dry-run", "check everything, show the first messages, queue nothing");

    public InsertTasksVerb() : base("insert-tasks", VerbGroup.Run, "queue the rows of the table that are not done yet") =>
        Declare([.. _rows.All, _run, _again, _groupSize, _byReference, _dryRun]);

    public override string About => """
        Checks the whole table first: when a row or column is wrong, nothing is queued. Rows that have a done
        record, or that the task's own FilterTasks leaves out, are skipped; tasks that are queued already are not
        queued twice. So it may be repeated at any time.
        Each insert is a run with a name. With --again, rows run though they are done: their earlier results stay
        until the new ones are there.
        A row whose message is longer than the queue takes is stored under CF_CLOUDPATH, and its message names it: a row
        may have 64 MiB as JSON.
        With --group-size, a worker takes several rows at once and runs them one after another. Each row keeps its own
        attempts, log and record.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("insert-tasks"),
        new("insert-tasks --dry-run", "see what would be queued"),
        new("insert-tasks --limit 10", "try a few first"),
        new("insert-tasks --table other.feather --set threshold=0.5"),
        new("insert-tasks --run spring-2026", "with a name of your own"),
        new("insert-tasks --group-size 100", "rows that take milliseconds"),
        new("insert-tasks --again", "after a correction of the code"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await InsertAsync(invocation, cancellationToken);
        return ExitCode.Done;
    }

    public bool IsDryRun(Invocation invocation) => invocation.Get(_dryRun);

    /// <summary>Inserts, and says what it did; for <c>run</c>, too.</summary>
    public async Task<InsertReport> InsertAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new InsertRequest
        {
            Rows = _rows.Choice(invocation),
            Run = invocation.Get(_run),
            Again = invocation.Get(_again),
            ByReference = invocation.Get(_byReference),
            GroupSize = (int)(invocation.Get(_groupSize) ?? 1),
            DryRun = invocation.Get(_dryRun),
            Command = invocation.CommandLine,
        };
        var settings = invocation.Settings;
        await using var services = invocation.CreateServices();
        var collector = request.DryRun ? null : Collector.Start(invocation.Tasks.GetName().Name!, invocation.FindTasks().Build, instance: null);
        try
        {
            var report = await ProgressDisplay.WhileAsync(invocation.Terminal, story => TableInserter.InsertAsync(
                settings, request, invocation.Tasks, services, ProgressOf(story), cancellationToken));
            InsertText.Write(report, request.DryRun, invocation.Terminal.Out);
            return report;
        }
        finally
        {
            collector?.Leave(TimeSpan.MaxValue);
        }
    }

    private static InsertProgress ProgressOf(ProgressDisplay story) => new()
    {
        Warned = warning => story.Say($"warning: {warning}"),
        Checked = (rows, total) => story.Tell("Checking", "rows", rows, total),
        Selected = (selected, total) =>
        {
            if (selected > 0)
                story.Say($"Inserting {Counted.Number(selected)}/{Counted.Number(total)} tasks");
        },
        Inserted = (tasks, selected) => story.Tell("Inserting", "tasks", tasks, selected),
    };
}
