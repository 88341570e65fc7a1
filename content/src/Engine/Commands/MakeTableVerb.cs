using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Insert;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class MakeTableVerb : Verb
{
    private readonly NewTableOptions _table = new();
    private readonly Option<string?> _output = VerbOption.Text(
        "--output", "FILE", "the Feather file to write; .feather is added when it has no ending", "TASK_PARAMETER_FILENAME, tasks");
    private readonly Option<bool> _replace = VerbOption.Switch("--replace", "replace a file that is there already");

    public MakeTableVerb() : base("make-table", VerbGroup.Run, "write a parameter table of numbers, windows or tiles") =>
        Declare([.. _table.All, _output, _replace]);

    public override string About => """
        range: whole numbers in the column id. grid: the windows of a raster, in the columns row_off, col_off, height and
        width; those at the edges are cut. With --block a window holds several chunks, and the column chunk has their size.
        tiles: every tile of the zones of UTM that the shape meets, in the columns key, zone, epsg, x_min, y_min, x_max, y_max
        (metres, without the pad), lon and lat of the centre. A task needs the key alone: Tile.Parse(key) gives the rest. The
        file is written whole or not at all.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("make-table range 0..20", "0 to 19"),
        new("make-table grid --height 5000 --width 4000 --size 256"),
        new("make-table grid --height 5000 --width 4000 --size 256 --block 4", "4 x 4 chunks"),
        new("make-table tiles area.geojson --resolution 10 --tilesize 512"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var terminal = invocation.Terminal;
        var path = invocation.Get(_output) is { } output
            ? TableSource.PathForNew(output, terminal.Folder)
            : TableSource.PathForNew(invocation.Settings.ParameterFilename, invocation.Settings.ProjectRoot);
        var count = await ProgressDisplay.WhileAsync(terminal, async story =>
        {
            var table = _table.Make(invocation, warning => story.Say($"warning: {warning}"));
            await table.WriteAsync(
                path, invocation.Get(_replace), rows => story.Tell("Writing", "rows", rows, table.RowCount), cancellationToken);
            return table.RowCount;
        });
        terminal.Error.WriteLine($"Wrote {Counted.Rows(count)} to {Path.GetRelativePath(terminal.Folder, path)}");
        return ExitCode.Done;
    }
}
