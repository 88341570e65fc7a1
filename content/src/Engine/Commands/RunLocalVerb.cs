using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Local;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class RunLocalVerb : Verb
{
    private readonly Option<long?> _row = VerbOption.Number(
        "--row", "only row N of the table, from 0, whether or not it is done", 0, @default: "all rows");
    private readonly Option<long?> _parallel = VerbOption.Number("--parallel", "rows at once", 1, 1024, "1");
    private readonly Option<bool> _record = VerbOption.Switch("--record", "record how rows ended, as a worker does: they are done then");
    private readonly RowOptions _rows = new();

    public RunLocalVerb() : base("run-local", VerbGroup.Run, "run rows here and now, without the queue") =>
        Declare([_row, _parallel, _record, .. _rows.All]);

    public override string About => """
        For trying a task and stepping through it in a debugger. Each row has one attempt, and is shown as a line of
        JSON with what it returned. Tasks write their outputs, but nothing is recorded: the same row may be tried again,
        and insert-tasks queues it. With --record, rows that are done here are done for good. Exit code 75 when a row
        failed.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("run-local --row 0", "the first row"),
        new("run-local --parallel 4 --record", "all rows, when one machine is enough"),
        new("run-local --row 7 --verbose", "with the stack trace when it fails"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var row = invocation.Get(_row);
        var rows = _rows.Choice(invocation);
        if (row is { } number)
            rows = rows with { Skip = number, Limit = 1, NoFilter = true };
        var terminal = invocation.Terminal;
        var run = new LocalRun(terminal.Out, terminal.Error, invocation.Get(_record), invocation.IsVerbose);
        // Where rows are shown on the same terminal, its lines stand between theirs.
        var story = new ProgressDisplay(terminal.Error, terminal.HasLiveOut ? null : terminal.Draw, TimeProvider.System);
        var total = 0L;
        var results = LocalRunner.RunAsync(
            invocation.Settings, rows, (int)(invocation.Get(_parallel) ?? 1), invocation.Get(_record), invocation.Tasks, invocation.DescribeServices(),
            selection => total = Choose(selection, row), cancellationToken);
        try
        {
            await foreach (var result in results)
            {
                run.Show(result);
                story.Tell("Running", "rows", run.Ended, total);
            }
        }
        finally
        {
            story.EndLine();
        }
        return run.Finish();
    }

    /// <exception cref="TaskQueueException">The table has no such row (exit code 65).</exception>
    private static long Choose(Selection selection, long? row)
    {
        var table = selection.Binding.Table;
        if (row >= table.RowCount)
            throw new TaskQueueException(
                ExitCode.BadInput, $"There is no row {row}.", table.Location,
                $"The table has {Counted.Rows(table.RowCount)}; the first is --row 0.");

        return selection.Chosen;
    }
}
