using System.Globalization;
using NetTopologySuite.Geometries;
using TaskQueue.Contracts;
using TaskQueue.Tables;

namespace TaskQueue.Grids;

/// <summary>A table of the tiles that a shape meets: zone by zone eastward, in each row by row northward.</summary>
internal static class TileTable
{
    /// <summary>A part of a tile's side by which edges may bend before it is told.</summary>
    private const double BendToTell = 0.1;

    private static readonly FeatherColumn[] Columns =
    [
        new("key", ColumnKind.Text),
        new("zone", ColumnKind.Integer), new("epsg", ColumnKind.Integer),
        new("x_min", ColumnKind.Float), new("y_min", ColumnKind.Float), new("x_max", ColumnKind.Float), new("y_max", ColumnKind.Float),
        new("lon", ColumnKind.Float), new("lat", ColumnKind.Float),
    ];

    /// <param name="shapeFile">A GeoJSON file.</param>
    /// <param name="grid">The tiles' size, pad and resolution.</param>
    /// <param name="maxTiles">How many there may be.</param>
    /// <param name="warned">Is told what the user should know of the shape.</param>
    /// <exception cref="TaskQueueException">The shape cannot be used, or has too many tiles (exit code 65).</exception>
    public static NewTable Create(string shapeFile, TileGrid grid, long maxTiles, Action<string> warned)
    {
        var parts = ZonePart.Cut(AreaOfInterest.Read(shapeFile, warned)).ToList();
        var covers = parts.ConvertAll(part => (part.Zone, Cover: new CellCover(part.Rings.Select(ring => CellsOf(ring, grid)))));
        var count = 0L;
        foreach (var (_, first, last) in covers.SelectMany(cover => cover.Cover.Runs()))
        {
            count += last - first + 1;
            if (count > maxTiles)
                throw TooMany(shapeFile, maxTiles, parts.Sum(part => part.SquareMetres) / (grid.Side * grid.Side));
        }

        var bend = parts.Max(part => part.Bend);
        if (bend > BendToTell * grid.Side)
            warned(string.Create(
                CultureInfo.InvariantCulture,
                $"edges of the shape are straight in metres of UTM and run up to {bend:N0} m beside those that are straight in degrees; more vertices bring them together."));

        return new(Columns, count, covers.SelectMany(cover => TilesOf(cover.Zone, cover.Cover, grid)).Select(RowOf));
    }

    private static (double X, double Y)[] CellsOf(Coordinate[] ring, TileGrid grid) =>
        Array.ConvertAll(ring, position => grid.CellOf(position.X, position.Y));

    private static IEnumerable<Tile> TilesOf(int zone, CellCover cover, TileGrid grid)
    {
        foreach (var (row, first, last) in cover.Runs())
        {
            for (var column = first; column <= last; column++)
                yield return new(grid, zone, column, row);
        }
    }

    private static object[] RowOf(Tile tile)
    {
        var (west, south, east, north) = tile.Bounds;
        var (lon, lat) = tile.Center;
        return [tile.Key, (long)tile.Zone, (long)tile.Epsg, west, south, east, north, lon, lat];
    }

    private static TaskQueueException TooMany(string shapeFile, long maxTiles, double estimate) => new(
        ExitCode.BadInput,
        string.Create(
            CultureInfo.InvariantCulture, $"The shape has more than {maxTiles:N0} tiles, about {Math.Max(estimate, maxTiles + 1):N0}."),
        shapeFile, "Allow more with --max-tiles, or give a larger --tilesize or --resolution.");
}
