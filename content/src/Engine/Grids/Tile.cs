using System.Globalization;
using TaskQueue.Contracts;

namespace TaskQueue.Grids;

/// <summary>
/// A square of a zone of UTM. Its key says all of it, so a row of a table needs no more than the key.
/// </summary>
/// <remarks>
/// The keys are those of Descartes Labs' tiles. All zones are the northern ones, EPSG:32601 to 32660, also south of the
/// equator, where y is negative.
/// </remarks>
public sealed record Tile
{
    /// <summary>Metres from the central meridian to the border of a zone, where it is widest, and from the equator to a pole.</summary>
    private const double HalfWidth = 334_000, HalfHeight = 9_998_000;

    /// <param name="grid">How its zone is cut.</param>
    /// <param name="zone">1 to 60.</param>
    /// <param name="column">Called ti in keys: how many tiles it lies east of the central meridian; may be negative.</param>
    /// <param name="row">Called tj in keys: how many tiles it lies north of the equator; may be negative.</param>
    /// <exception cref="TaskQueueException">There is no such zone, or the tile lies outside of it (exit code 65).</exception>
    public Tile(TileGrid grid, int zone, long column, long row)
    {
        if (zone is < 1 or > UtmZone.Last)
            throw Refuse($"A tile's zone is {zone}; allowed: 1 to {UtmZone.Last}.");
        if (IsOutside(column, HalfWidth))
            throw Refuse($"A tile's ti is {column}, which is no tile of zone {zone}.");
        if (IsOutside(row, HalfHeight))
            throw Refuse($"A tile's tj is {row}, which is beyond the poles.");

        (Grid, Zone, Column, Row) = (grid, zone, column, row);

        bool IsOutside(long index, double reach) => (double)index * grid.Side > reach || ((double)index + 1) * grid.Side < -reach;
    }

    public TileGrid Grid { get; }

    /// <summary>The zone of UTM, 1 to 60.</summary>
    public int Zone { get; }

    /// <summary>How many tiles it lies east of the zone's central meridian: ti.</summary>
    public long Column { get; }

    /// <summary>How many tiles it lies north of the equator: tj.</summary>
    public long Row { get; }

    /// <summary>tilesize:pad:resolution:zone:ti:tj, as in 512:0:10.0:34:-54:-734; the zone has two digits.</summary>
    public string Key => string.Create(
        CultureInfo.InvariantCulture,
        $"{Grid.TileSize}:{Grid.Pad}:{Grid.Resolution:0.0#####}:{Zone:00}:{Column}:{Row}");

    /// <summary>The code of its coordinates: 32600 + zone, also in the south.</summary>
    public int Epsg => UtmZone.EpsgOf(Zone);

    /// <summary>Its coordinates as well-known text 1, for GDAL and its like.</summary>
    public string Wkt => UtmZone.WktOf(Zone);

    /// <summary>Metres, without the pad; neighbours have their edges in common.</summary>
    public Bounds Bounds => new(
        TransverseMercator.FalseEasting + (Column * Grid.Side), Row * Grid.Side,
        TransverseMercator.FalseEasting + ((Column + 1) * Grid.Side), (Row + 1) * Grid.Side);

    /// <summary>Metres, with the pad.</summary>
    public Bounds PaddedBounds => Bounds.Widen(Grid.Pad * Grid.Resolution);

    /// <summary>Pixels on a side of its raster, with the pad.</summary>
    public int Pixels => Grid.Pixels;

    /// <summary>
    /// From pixels of its raster, with the pad, to metres, in the order of GDAL: west, pixel's width, 0, north, 0, minus
    /// pixel's height.
    /// </summary>
    public IReadOnlyList<double> GeoTransform => [PaddedBounds.XMin, Grid.Resolution, 0, PaddedBounds.YMax, 0, -Grid.Resolution];

    /// <summary>Its centre in degrees; the longitude is from -180 to 180.</summary>
    public LonLat Center
    {
        get
        {
            var (west, south, east, north) = Bounds;
            var center = TransverseMercator.Unproject((west + east) / 2, (south + north) / 2, Zone);
            return center with { Lon = center.Lon > 180 ? center.Lon - 360 : center.Lon < -180 ? center.Lon + 360 : center.Lon };
        }
    }

    /// <summary>
    /// Its four corners without the pad in degrees, counter-clockwise from the south-west, and the first again, as a ring of
    /// GeoJSON. Longitudes go beyond 180 or -180 where the tile does.
    /// </summary>
    public IReadOnlyList<LonLat> Polygon => RingOf(Bounds);

    /// <summary>The same with the pad.</summary>
    public IReadOnlyList<LonLat> PaddedPolygon => RingOf(PaddedBounds);

    /// <summary>The tile of a key.</summary>
    /// <param name="key">tilesize:pad:resolution:zone:ti:tj; the zone may have one digit, the resolution no point.</param>
    /// <exception cref="TaskQueueException">A part of it is missing, wrong or out of its range (exit code 65).</exception>
    public static Tile Parse(string key) => TileKey.Parse(key);

    public override string ToString() => Key;

    private LonLat[] RingOf(Bounds bounds)
    {
        var (west, south, east, north) = bounds;
        (double X, double Y)[] corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        return [.. corners.Select(corner => TransverseMercator.Unproject(corner.X, corner.Y, Zone))];
    }

    private static TaskQueueException Refuse(string what) => new(ExitCode.BadInput, what);
}
