using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class ResultsVerb : Verb
{
    private const string DefaultState = "done";

    private readonly Option<string?> _state = VerbOption.Text("--state", "done|failed|all", "which rows", DefaultState);
    private readonly Option<string?> _output = VerbOption.Text(
        "--output", "FILE", "a .csv, .feather or .jsonl file to write; an earlier one is replaced",
        "JSON lines to standard output");
    private readonly Option<string?> _id = VerbOption.Text("--id", "ID", "only this row", "all");
    private readonly Option<string?> _task = VerbOption.Task();

    public ResultsVerb() : base("results", VerbGroup.Inspect, "what the tasks returned, as JSON lines, CSV or Feather") =>
        Declare(_state, _output, _id, _task);

    public override string About => """
        One line a row, in the order of the table. JSON lines hold the whole record. CSV and
        Feather have the id, a column for each parameter and each property of the result that the task declares (values
        inside of those as JSON), then attempt, seconds, time and other. Feather has the types of the C# properties;
        pandas, polars and R read it. What a row has beyond that, or what a type cannot hold exactly, is in other as JSON.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("results --output results.csv"),
        new("results --output results.feather", "for pandas.read_feather and friends"),
        new("results --state failed --output failed.csv", "with their errors"),
        new("results --id tile_07"),
        new("results | jq .result", "one after the other"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var task = invocation.FindTask(_task);
        var tasks = invocation.FindTasks().Tasks.Where(known => task is null || known.Name == task).ToList();
        var state = invocation.Get(_state) ?? DefaultState;
        if (state is not (DefaultState or "failed" or "all"))
            throw new TaskQueueException(
                ExitCode.Usage, $"--state is \"{state}\"; allowed: done, failed, all.", next: "See: dotnet run help results");

        var (withDone, withFailed) = (state is not "failed", state is not "done");
        var (records, names) = (invocation.OpenRecords(), tasks.Select(known => known.Name));
        var rows = invocation.Get(_id) is { } id
            ? ResultRow.FindAsync(records, id, names, withDone, withFailed, cancellationToken)
            : ResultRow.ReadAsync(records, names, withDone, withFailed, cancellationToken);
        var terminal = invocation.Terminal;
        var count = 0L;
        if (invocation.Get(_output) is { } path)
        {
            var file = Path.GetFullPath(path, terminal.Folder);
            await ProgressDisplay.WhileAsync(terminal, async story =>
            {
                await ResultExport.WriteFileAsync(
                    file, CountAsync(read => story.Tell("Reading", "rows", read, null)), tasks, withFailed, cancellationToken);
                story.Tell("Reading", "rows", count, count);
                return count;
            });
            terminal.Error.WriteLine($"Wrote {Counted.Rows(count)} to {path}");
            return ExitCode.Done;
        }

        await ResultExport.WriteJsonLinesAsync(CountAsync(_ => { }), terminal.Out, cancellationToken);
        if (count == 0)
            terminal.Error.WriteLine("No results yet.");
        return ExitCode.Done;

        async IAsyncEnumerable<ResultRow> CountAsync(Action<long> read)
        {
            await foreach (var row in rows)
            {
                read(++count);
                yield return row;
            }
        }
    }
}
