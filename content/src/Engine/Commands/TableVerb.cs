using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class TableVerb : Verb
{
    private readonly Argument<string> _file =
        new("FILE") { Description = "a Feather file, or its URL; .feather is added when it has no ending" };
    private readonly Option<bool> _jsonl =
        VerbOption.Switch("--jsonl", "show the rows, each as a JSON object on a line");
    private readonly Option<long?> _limit = VerbOption.Number("--limit", "at most N rows", 0, @default: "all");

    public TableVerb() : base("table", VerbGroup.Explain, "the columns, types and rows of a Feather file") =>
        Declare(_file, _jsonl, _limit);

    public override string About => """
        Reads any parameter table, whether or not it fits a task of this project. One record batch is in memory at a
        time.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("table tasks.feather", "columns, types and number of rows"),
        new("table tasks.feather --jsonl --limit 3", "the first rows"),
    ];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = invocation.Get(_file)!;
        // A file can be read wherever it is; a bucket wants the project's credentials.
        var root = TableSource.IsRemote(file)
            ? invocation.Settings.ProjectRoot
            : invocation.FindRoot();
        using var source = await TableSource.OpenAsync(file, root, cancellationToken);
        var limit = invocation.Get(_limit) ?? long.MaxValue;
        if (invocation.Get(_jsonl))
            TableReport.WriteRows(source.Table, limit, invocation.Terminal.Out, cancellationToken);
        else
            TableReport.WriteColumns(source.Table, invocation.Terminal.Out);

        return ExitCode.Done;
    }
}
