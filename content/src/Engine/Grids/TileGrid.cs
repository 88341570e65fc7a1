using TaskQueue.Contracts;

namespace TaskQueue.Grids;

/// <summary>How every zone of UTM is cut into square tiles, the same way as by Descartes Labs' tiles.</summary>
public sealed record TileGrid
{
    /// <summary>Tiles of a megametre would hold more than a zone.</summary>
    private const int Largest = 1_000_000;
    private const int Decimals = 6;
    private const double Finest = 0.000001;

    /// <param name="tileSize">Pixels on a side of a tile, without the pad; 1 to 1,000,000.</param>
    /// <param name="pad">Pixels that a tile's raster has beyond it on each side; 0 to 1,000,000.</param>
    /// <param name="resolution">Metres of a pixel; 0.000001 to 1,000,000, with at most six decimals.</param>
    /// <exception cref="TaskQueueException">
    /// One of them is out of its range, or a tile with its pad is wider than 1,000,000 m (exit code 65).
    /// </exception>
    public TileGrid(int tileSize, int pad, double resolution)
    {
        if (tileSize is < 1 or > Largest)
            throw Refuse($"A tile's size is {tileSize} pixels; allowed: 1 to {Largest}.");
        if (pad is < 0 or > Largest)
            throw Refuse($"A tile's pad is {pad} pixels; allowed: 0 to {Largest}.");
        if (!(resolution is >= Finest and <= Largest) || Math.Round(resolution, Decimals) != resolution)
            throw Refuse(FormattableString.Invariant($"The resolution is {resolution} m; allowed: 0.000001 to {Largest}, with at most {Decimals} decimals."));
        if ((tileSize + (2L * pad)) * resolution > Largest)
            throw Refuse(FormattableString.Invariant($"A tile of {tileSize} + 2 x {pad} pixels of {resolution} m is too wide; allowed: up to {Largest} m."));

        (TileSize, Pad, Resolution) = (tileSize, pad, resolution);
    }

    /// <summary>Pixels on a side of a tile, without the pad.</summary>
    public int TileSize { get; }

    /// <summary>Pixels that a tile's raster has beyond it on each side.</summary>
    public int Pad { get; }

    /// <summary>Metres of a pixel.</summary>
    public double Resolution { get; }

    /// <summary>Metres of a side of a tile, without the pad.</summary>
    public double Side => TileSize * Resolution;

    /// <summary>Pixels on a side of a tile's raster, with the pad.</summary>
    public int Pixels => TileSize + (2 * Pad);

    /// <summary>
    /// The tile in which a point lies. A tile holds its western and southern edges; a border between zones belongs to the
    /// eastern one, and longitude 180 to zone 60.
    /// </summary>
    /// <param name="lon">Degrees, -180 to 180.</param>
    /// <param name="lat">Degrees, -90 to 90.</param>
    /// <exception cref="TaskQueueException">There is no such point (exit code 65).</exception>
    public Tile At(double lon, double lat)
    {
        if (!(Math.Abs(lon) <= 180))
            throw Refuse(FormattableString.Invariant($"The longitude is {lon}; allowed: -180 to 180."));
        if (!(Math.Abs(lat) <= 90))
            throw Refuse(FormattableString.Invariant($"The latitude is {lat}; allowed: -90 to 90."));

        var zone = UtmZone.Of(lon);
        var (x, y) = TransverseMercator.Project(lon, lat, zone);
        var (column, row) = CellOf(x, y);
        return new(this, zone, (long)Math.Floor(column), (long)Math.Floor(row));
    }

    /// <summary>A point in units of tiles.</summary>
    internal (double Column, double Row) CellOf(double x, double y) =>
        ((x - TransverseMercator.FalseEasting) / Side, y / Side);

    private static TaskQueueException Refuse(string what) => new(ExitCode.BadInput, what);
}
