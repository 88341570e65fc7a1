using TaskQueue.Commands.Shell;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class ResultsVerb : Verb
{
    private readonly VerbOption<string> _state = VerbOption.Choice("--state", "which rows", "done", "failed", "all");
    private readonly VerbOption<string?> _output = VerbOption.Text(
        "--output", "FILE", "a .csv, .feather or .jsonl file to write; an earlier one is replaced",
        "JSON lines to standard output");
    private readonly VerbOption<string?> _task = TaskOption.Create();

    public ResultsVerb() : base("results", VerbGroup.Look, "what the tasks returned, as JSON lines, CSV or Feather")
    {
        Add(_state);
        Add(_output);
        Add(_task);
    }

    public override string About => """
        One line a row, in no particular order: join it to your table by id. JSON lines hold the whole record. CSV and
        Feather have the id, a column for each parameter and each property of the result (values inside of those as
        JSON), then attempt, seconds and time. Feather keeps types; pandas, polars and R read it.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("results --output results.csv"),
        new("results --output results.feather", "for pandas.read_feather and friends"),
        new("results --state failed --output failed.csv", "with their errors"),
        new("results | jq .result", "one after the other"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = TaskOption.Check(invocation, _task);
        var tasks = invocation.FindTasks().Tasks.Where(known => task is null || known.Name == task).ToList();
        var state = Enum.Parse<RowState>(invocation.Get(_state)!, ignoreCase: true);
        var names = tasks.Select(known => known.Name).ToList();
        var rows = new ResultRows(invocation.OpenRecords(), names).ReadAsync(state, cancellationToken);
        if (invocation.Get(_output) is { } path)
            await WriteFileAsync(invocation.Terminal, path, rows, new(tasks, state != RowState.Done), cancellationToken);
        else if (await ResultExport.WriteJsonLinesAsync(rows, invocation.Terminal.Out, _ => { }, cancellationToken) == 0)
            invocation.Terminal.Error.WriteLine("No results yet.");

        return ExitCode.Done;
    }

    private static async Task WriteFileAsync(
        Terminal terminal, string path, IAsyncEnumerable<ResultRow> rows, ResultColumns columns,
        CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(path, terminal.Folder);
        var count = await Story.WhileAsync(terminal, async story =>
        {
            var written = await ResultExport.WriteFileAsync(
                file, rows, columns, read => story.Tell("Reading", "rows", read, null), cancellationToken);
            story.Tell("Reading", "rows", written, written);
            return written;
        });
        terminal.Error.WriteLine($"Wrote {Counted.Rows(count)} to {path}");
    }
}
