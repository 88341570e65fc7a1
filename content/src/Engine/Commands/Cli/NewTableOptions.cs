using System.CommandLine;
using TaskQueue.Contracts;
using TaskQueue.Grids;

namespace TaskQueue.Commands.Cli;

/// <summary>What kind of table is made, and from what.</summary>
internal sealed class NewTableOptions
{
    private const long DefaultMaxTiles = 1_000_000;
    private const string Help = "See: dotnet run help make-table";

    private readonly Argument<string> _kind = new("KIND") { Description = "range, grid or tiles" };
    private readonly Argument<string?> _of = new("OF")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "range: START..END, without the end; tiles: a GeoJSON file with polygons in degrees",
    };

    private readonly Option<long?> _height = VerbOption.Number("--height", "grid: rows of pixels of the raster", 1, int.MaxValue);
    private readonly Option<long?> _width = VerbOption.Number("--width", "grid: its columns of pixels", 1, int.MaxValue);
    private readonly Option<long?> _size = VerbOption.Number("--size", "grid: pixels on a side of a chunk", 1, int.MaxValue);
    private readonly Option<long?> _block =
        VerbOption.Number("--block", "grid: chunks on a side of a window", 1, int.MaxValue, "1, and no column chunk");
    private readonly Option<double?> _resolution =
        VerbOption.Amount("--resolution", "METRES", "tiles: metres of a pixel", 0.000001, 1_000_000);
    private readonly Option<long?> _tileSize =
        VerbOption.Number("--tilesize", "tiles: pixels on a side of a tile, without the pad", 1, 1_000_000);
    private readonly Option<long?> _pad =
        VerbOption.Number("--pad", "tiles: pixels beyond the tile on each side", 0, 1_000_000, "0");
    private readonly Option<long?> _maxTiles =
        VerbOption.Number("--max-tiles", "tiles: refuse to make more", 1, NewTable.MostRows, "1000000");

    public IReadOnlyList<Symbol> All => [_kind, _of, .. Grid, .. Tiles];

    private Option[] Grid => [_height, _width, _size, _block];

    private Option[] Tiles => [_resolution, _tileSize, _pad, _maxTiles];

    /// <exception cref="TaskQueueException">Something is missing, too much or wrong (exit codes 64, 65).</exception>
    public NewTable Make(Invocation invocation, Action<string> warned)
    {
        var (kind, of) = (invocation.Get(_kind)!, invocation.Get(_of));
        switch (kind)
        {
            case "range":
                RefuseForeign(invocation, kind, [.. Grid, .. Tiles]);
                return RangeTable.Create(of ?? throw Incomplete(kind, "START..END", "range 0..20"));
            case "grid":
                RefuseForeign(invocation, kind, Tiles);
                if (of is not null)
                    throw new TaskQueueException(ExitCode.Usage, $"grid takes no {Printable.Quote(of)}.", null, Help);
                return invocation.Get(_height) is { } height && invocation.Get(_width) is { } width && invocation.Get(_size) is { } size
                    ? WindowTable.Create(height, width, size, invocation.Get(_block))
                    : throw Incomplete(kind, "--height, --width and --size", "grid --height 5000 --width 4000 --size 256");
            case "tiles":
                RefuseForeign(invocation, kind, Grid);
                return of is not null && invocation.Get(_resolution) is { } resolution && invocation.Get(_tileSize) is { } tileSize
                    ? TileTable.Create(
                        Path.GetFullPath(of, invocation.Terminal.Folder),
                        new TileGrid((int)tileSize, (int)(invocation.Get(_pad) ?? 0), resolution),
                        invocation.Get(_maxTiles) ?? DefaultMaxTiles, warned)
                    : throw Incomplete(kind, "a GeoJSON file, --resolution and --tilesize", "tiles area.geojson --resolution 10 --tilesize 512");
            default:
                throw new TaskQueueException(
                    ExitCode.Usage, $"make-table makes no {Printable.Quote(kind)}; allowed: range, grid, tiles.", null, Help);
        }
    }

    private static void RefuseForeign(Invocation invocation, string kind, Option[] foreign)
    {
        if (foreign.FirstOrDefault(option => invocation.Arguments.GetResult(option) is { Implicit: false }) is { } given)
            throw new TaskQueueException(ExitCode.Usage, $"{kind} takes no {given.Name}.", null, Help);
    }

    private static TaskQueueException Incomplete(string kind, string what, string example) =>
        new(ExitCode.Usage, $"{kind} wants {what}.", null, $"Write, for example: dotnet run make-table {example}");
}
