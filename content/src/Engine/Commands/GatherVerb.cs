using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Reports;
using TaskQueue.Reports.Gather;
using TaskQueue.Reports.Results;
using TaskQueue.Storage;

namespace TaskQueue.Commands;

internal sealed class GatherVerb : Verb
{
    private readonly Option<string?> _output = VerbOption.Text(
        "--output", "FILE", "the .feather or .tif file to write; an earlier one is replaced");
    private readonly Option<string?> _task = VerbOption.Text("--task", "NAME", "whose rows", "the project's only task");
    private readonly Option<string?> _run = VerbOption.Text("--run", "NAME", "only what this run has done", "all runs");
    private readonly Option<string?> _table = VerbOption.Text("--table", "FILE", "the parameter table", "TASK_PARAMETER_FILENAME, tasks");
    private readonly Option<string[]> _set = RowOptions.Set("a value for all rows, as it was inserted");
    private readonly Option<bool> _allowMissing = VerbOption.Switch("--allow-missing", "leave out rows that are not done");
    private readonly Option<string?> _block = VerbOption.Text("--block", "NAME", "the property of the result that is the block", "block, or the whole result");
    private readonly Option<string?> _like = VerbOption.Text("--like", "FILE", "a .tif or ENVI raster that has the size and the georeference");
    private readonly Option<string?> _nodata = VerbOption.Text("--nodata", "VALUE", "the value of pixels without data", "nan for floats that miss a block");

    public GatherVerb() : base("gather", VerbGroup.Inspect, "join the blocks of all rows: one raster, or one table") =>
        Declare(_output, _task, _run, _table, _set, _allowMissing, _block, _like, _nodata);

    public override string About => """
        A .feather file has the row's id and what the row returned: one line, or a line for each element when the row
        returned a list. Lines are in the order of the table.

        A .tif file is made of the arrays (.npy) that rows wrote and name in their results. The parameters row (or row_off),
        column (or col_off), height and width say where each one lies. Pads are cut off. --like gives the georeference. While it
        is made, the raster takes its plain size on the disk beside the file.

        Only rows of the table count. Rows that are not done are named, and the command ends with 75, unless --allow-missing is
        given. Blocks that are missing, overlap, or have another type or size than the others end it with 65. The file appears
        whole or not at all, and workers may go on meanwhile.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("gather --output blocks.feather"),
        new("gather --output mosaic.tif --like sample/landscape.hdr"),
        new("gather --output so-far.tif --allow-missing --nodata 0", "while workers are at work"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (terminal, output, isRaster) = (invocation.Terminal, invocation.Get(_output) ?? "", IsRaster(invocation));
        var (path, mayMiss, task) = (Path.GetFullPath(output, terminal.Folder), invocation.Get(_allowMissing), invocation.FindTasks().Select(invocation.Get(_task)));
        var place = invocation.Get(_like) is { } like ? Georeference.Read(Path.GetFullPath(like, terminal.Folder), like) : null;
        var (records, done) = (invocation.OpenRecords(), 0L);
        var request = new ResultRequest
        {
            Tasks = [task],
            Run = invocation.Get(_run) is { } run ? await records.Runs.GetAsync(run, cancellationToken) : null,
            WithDone = true,
            WithFailed = true,
            Missing = new RowChoice { Table = invocation.Get(_table), Constants = RowOptions.ReadConstants(invocation.Get(_set)!) },
            MissingTask = task,
            OnlyOfTable = true,
        };
        var rows = new GatherRows(new ResultSource(invocation.Settings, records), request, mayMiss);
        var wrote = await ProgressDisplay.WhileAsync(terminal, async story =>
        {
            if (!isRaster)
                return Counted.Of(await new GatheredTable(task, () => Read(story)).WriteAsync(path, cancellationToken), "line");
            var raster = new GatheredRaster(new OutputStore(records.Store), (activity, unit, count, all) => story.Tell(activity, unit, count, all))
            {
                Place = place,
                Nodata = invocation.Get(_nodata),
                MayMiss = mayMiss,
            };
            var objects = new ResultObjects(invocation.Settings.CloudPath, records.Store.Location);
            var (shape, blocks) = await raster.WriteAsync(
                path, async () => await Read(story).Select(row => BlockPlace.Of(row, objects, invocation.Get(_block))).ToListAsync(cancellationToken), cancellationToken);
            return $"{shape} from {Counted.Of(blocks, "block")}";
        });
        if (rows.Missing > 0)
            terminal.Error.WriteLine($"warning: {Counted.Rows(rows.Missing)} {Counted.Are(rows.Missing)} not done and left out.");
        if (isRaster && place is null)
            terminal.Error.WriteLine("warning: the raster has no georeference: --like gives it one.");
        terminal.Error.WriteLine($"Wrote {wrote} to {output}");
        return ExitCode.Done;

        IAsyncEnumerable<ResultRow> Read(ProgressDisplay story)
        {
            done = 0;
            return rows.ReadAsync(count => story.Tell("Checking", "rows", count, null), cancellationToken).Select(row =>
            {
                story.Tell("Gathering", "rows", ++done, null);
                return row;
            });
        }
    }

    /// <exception cref="TaskQueueException">--output has another ending, or options of rasters are given for a table (64).</exception>
    private bool IsRaster(Invocation invocation)
    {
        const string Next = "See: dotnet run help gather";
        if (invocation.Get(_output) is not { } output)
            throw new TaskQueueException(ExitCode.Usage, "--output is missing: the file to write.", next: Next);
        var isRaster = Path.GetExtension(output).ToLowerInvariant() switch
        {
            ".tif" or ".tiff" => true,
            ".feather" => false,
            _ => throw new TaskQueueException(
                ExitCode.Usage, $"--output is {Printable.Quote(Path.GetFileName(output))}; allowed: a name that ends with .feather, .tif or .tiff.", next: Next),
        };
        return isRaster || (invocation.Get(_block) ?? invocation.Get(_like) ?? invocation.Get(_nodata)) is null
            ? isRaster
            : throw new TaskQueueException(ExitCode.Usage, "--block, --like and --nodata are for rasters: --output has to end with .tif.", next: Next);
    }
}
