using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Reports;
using TaskQueue.Reports.Results;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Commands;

internal sealed class ResultsVerb : Verb
{
    private const string DefaultState = ResultRow.Done;
    private const long DefaultHours = 24;

    private readonly Option<string?> _state = VerbOption.Text("--state", "done|failed|all", "which rows", DefaultState);
    private readonly Option<bool> _missing = VerbOption.Switch("--missing", "also the rows of the table that have no record yet");
    private readonly Option<string?> _columns = VerbOption.Text("--columns", "NAMES", "which columns, in which order, separated by commas", "all");
    private readonly Option<string?> _output = VerbOption.Text(
        "--output", "FILE", "a .csv, .feather, .geojson or .jsonl file to write; an earlier one is replaced",
        "JSON lines to standard output");
    private readonly Option<string?> _download =
        VerbOption.Text("--download", "DIR", "copy the objects that results name into this folder");
    private readonly Option<long?> _hours = VerbOption.Number(
        "--url-hours", "how long a result_url opens its object", 1, ResultUrls.MaxHours, $"{DefaultHours}");
    private readonly Option<string?> _id = VerbOption.Text("--id", "ID", "only this row", "all");
    private readonly Option<string?> _run = VerbOption.Text("--run", "NAME", "only what this run has done", "all runs");
    private readonly Option<bool> _follow = VerbOption.Switch("--follow", "print each row as it ends, until the newest run, or --run, is over");
    private readonly Option<string?> _task = VerbOption.Task();
    private readonly Option<string?> _table =
        VerbOption.Text("--table", "FILE", "for --missing: the parameter table", "TASK_PARAMETER_FILENAME, tasks");
    private readonly Option<string[]> _set = RowOptions.Set("for --missing: a value for all rows, as it was inserted");

    public ResultsVerb() : base("results", VerbGroup.Inspect, "what the tasks returned, as JSON lines, CSV, Feather or a map") =>
        Declare(_state, _missing, _columns, _output, _download, _hours, _id, _run, _follow, _task, _table, _set);

    public override string About => """
        One line a row, in the order of the table. JSON lines hold the whole record. CSV and
        Feather have the id, by its parameter's name where it is one, a column for each other parameter and each property of
        the result that the task declares (of a record inside it: outer.inner; lists as JSON), then attempt, seconds, time and other. Feather has the types of the
        C# properties; pandas, polars and R read it. Further values of a row, and those that a type cannot hold exactly,
        are in other as JSON. GeoJSON has a feature a row: a tile's key in key or tile, or bounds [west, south, east, north], or
        west, south, east and north, or lon_min, lat_min, lon_max and lat_max, in degrees, give its place.

        --columns takes those names, and of each row: id, task, state, error, row, run, started, worker, build,
        peak_memory_bytes, exception, message, details, arguments (all parameters), result (all of it), log, result_url.
        --missing also shows rows without a record, in the state missing.

        A result names an object of the store when it, or a text in it, is a path or URL below CF_CLOUDPATH, or a relative
        name that ends like a file: tiles/a.tif. --download copies all of them, and passes over what is there already;
        when some are missing, it names them and ends with 75. result_url opens the first one without credentials, for at
        most 168 hours, where the store can sign links; on a folder it is a file URL.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("results --output results.csv"),
        new("results --output results.feather", "for pandas.read_feather and friends"),
        new("results --output results.geojson", "on a map, when rows have bounds"),
        new("results --columns arguments,result_url", "as JSON lines"),
        new("results --download files", "what the tasks wrote"),
        new("results --state failed --output failed.csv", "with their errors"),
        new("results --missing --columns id,state", "with what is not done"),
        new("results --follow", "while workers are at work"),
        new("results --id tile_07"),
        new("results | jq .result", "one after the other"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var terminal = invocation.Terminal;
        var done = 0L;
        var records = invocation.OpenRecords(rows => done += rows);
        await using var queue = invocation.Get(_follow) ? invocation.OpenQueue() : null;
        var request = await ChooseRunAsync(invocation, Request(invocation), records, queue, cancellationToken);
        var objects = new ResultObjects(invocation.Settings.CloudPath, records.Store.Location);
        var hours = TimeSpan.FromHours(invocation.Get(_hours) ?? DefaultHours);
        var urls = new ResultUrls(records.Store, objects, hours, warning => terminal.Error.WriteLine($"warning: {warning}"));
        var layout = new ResultLayout(request.Tasks, HasStates: request.WithFailed || request.Missing is not null)
        {
            Chosen = ResultChoice.Parse(invocation.Get(_columns)),
            UrlOf = urls.UrlOf,
        };
        layout.Check();
        if (layout.Wants("result_url"))
            await urls.PrepareAsync(cancellationToken);

        var source = new ResultSource(invocation.Settings, records);
        var values = new ResultValues(records.Values);
        var needsValues = layout.HasValues || invocation.Get(_download) is not null;
        request = request with { WithLogs = layout.Wants("log"), Values = needsValues ? values : null };
        if (invocation.Get(_output) is not null || invocation.Get(_download) is not null)
        {
            var end = await ProgressDisplay.WhileAsync(terminal, story => WriteAsync(invocation, source, request, layout, objects, story, () => done, cancellationToken));
            return values.Report(terminal.Error) is var part && end == ExitCode.Done ? part : end;
        }

        var count = 0L;
        var rows = source.Read(request, _ => { }, cancellationToken).Select(Count);
        await ResultExport.WriteJsonLinesAsync(rows, layout, terminal.Out, cancellationToken);
        if (count == 0)
            terminal.Error.WriteLine("No results yet.");
        return values.Report(terminal.Error);

        ResultRow Count(ResultRow row)
        {
            count++;
            return row;
        }
    }

    /// <exception cref="TaskQueueException">There is no such run, or none to follow (65), or what is asked for is not of one run (64).</exception>
    private async Task<ResultRequest> ChooseRunAsync(
        Invocation invocation, ResultRequest request, RecordStore records, ITaskQueue? queue, CancellationToken cancellationToken)
    {
        if (queue is null)
            return invocation.Get(_run) is { } name ? request with { Run = await records.Runs.GetAsync(name, cancellationToken) } : request;
        if (request.Missing is not null || request.Id is not null || invocation.Get(_output) is not null)
            throw new TaskQueueException(ExitCode.Usage, "--follow prints rows as they end: it goes with neither --output, --id nor --missing.", next: "See: dotnet run help results");

        var run = invocation.Get(_run) is { } chosen ? await records.Runs.GetAsync(chosen, cancellationToken) : await records.Runs.FindNewestAsync(cancellationToken);
        var status = new StatusReader(invocation.Settings, invocation.FindTasks().Names, queue, records, TimeProvider.System);
        return request with
        {
            Run = run ?? throw new TaskQueueException(ExitCode.BadInput, "There is no run to follow.", $"In {records.Store.Location}", "Insert tasks first: dotnet run insert-tasks"),
            Follower = new ResultFollower(records, status, invocation.Terminal.Out.Flush, TimeProvider.System),
        };
    }

    private async Task<ExitCode> WriteAsync(
        Invocation invocation, ResultSource source, ResultRequest request, ResultLayout layout, ResultObjects objects,
        ProgressDisplay story, Func<long> done, CancellationToken cancellationToken)
    {
        var (terminal, count) = (invocation.Terminal, 0L);
        var rows = source.Read(request, read => story.Tell("Checking", "rows", read, null), cancellationToken);
        var download = invocation.Get(_download) is { } folder
            ? new ResultDownload(
                invocation.OpenRecords().Store, objects, Path.GetFullPath(folder, terminal.Folder),
                copied => story.Tell("Copying", "objects", copied, null))
            : null;
        rows = download?.CopyAsync(rows, cancellationToken) ?? rows;
        rows = rows.Select(Count);
        if (invocation.Get(_output) is { } path)
        {
            var warning = await ResultExport.WriteFileAsync(Path.GetFullPath(path, terminal.Folder), rows, layout, cancellationToken);
            story.Tell("Reading", "rows", count, count);
            story.EndLine();
            if (warning is not null)
                terminal.Error.WriteLine($"warning: {warning}");
            terminal.Error.WriteLine($"Wrote {Counted.Rows(count)} to {path}");
        }
        else
        {
            await rows.CountAsync(cancellationToken);
            story.EndLine();
        }

        return download?.Report(invocation.Get(_download)!, terminal.Error) ?? ExitCode.Done;

        ResultRow Count(ResultRow row)
        {
            count++;
            if (download is null)
                // That it was all is told at the end.
                story.Tell("Reading", "rows", count, Math.Max(done(), count + 1));
            return row;
        }
    }

    /// <exception cref="TaskQueueException">The state is no state, or the table's task is not said (64).</exception>
    private ResultRequest Request(Invocation invocation)
    {
        var state = invocation.Get(_state) ?? DefaultState;
        if (state is not (DefaultState or "failed" or "all"))
            throw new TaskQueueException(
                ExitCode.Usage, $"--state is \"{state}\"; allowed: done, failed, all.", next: "See: dotnet run help results");

        var (task, isMissing, constants) = (invocation.FindTask(_task), invocation.Get(_missing), RowOptions.ReadConstants(invocation.Get(_set)!));
        if (!isMissing && (invocation.Get(_table) is not null || constants.Count > 0))
            throw new TaskQueueException(ExitCode.Usage, "--table and --set are for the rows of --missing.", next: "See: dotnet run help results");

        return new()
        {
            Tasks = [.. invocation.FindTasks().Tasks.Where(known => task is null || known.Name == task)],
            Id = invocation.Get(_id),
            WithDone = state is not "failed",
            WithFailed = state is not DefaultState,
            Missing = isMissing ? new RowChoice { Table = invocation.Get(_table), Constants = constants } : null,
            MissingTask = isMissing ? invocation.FindTasks().Select(task) : null,
        };
    }
}
