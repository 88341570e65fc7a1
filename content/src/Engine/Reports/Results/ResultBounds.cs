using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Grids;

namespace TaskQueue.Reports.Results;

/// <summary>Finds where on the map a row is.</summary>
internal static class ResultBounds
{
    /// <summary>What a row needs, for people.</summary>
    public const string Wanted =
        "the key of a tile in key or tile, or bounds as [west, south, east, north], or west, south, east and north, or lon_min, lat_min, lon_max and lat_max, in degrees";

    private const int ColonsOfKey = 5;

    private static readonly string[] TileNames = ["key", "tile"];

    private static readonly string[][] Sides =
    [
        ["west", "south", "east", "north"],
        ["lon_min", "lat_min", "lon_max", "lat_max"],
        ["min_lon", "min_lat", "max_lon", "max_lat"],
    ];

    /// <summary>Looks at the parameters first, then at the result.</summary>
    /// <returns>Null when there are no bounds, or they are none in degrees.</returns>
    public static RowPlace? Find(ResultRow row) =>
        Find(row.Parameters, isParameter: true) ?? (row.Result is { } result ? Find(result, isParameter: false) : null);

    /// <summary>Looks at one of both.</summary>
    public static RowPlace? Find(JsonElement part, bool isParameter)
    {
        if (part.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in TileNames)
            if (part.TryGetProperty(name, out var key) && key.ValueKind == JsonValueKind.String && RingOf(key.GetString()!) is { } tile)
                return new(tile, isParameter, Names: []);
        if (part.TryGetProperty("bounds", out var bounds) && bounds.ValueKind == JsonValueKind.Array && bounds.GetArrayLength() == 4
            && RingOf([.. bounds.EnumerateArray()]) is { } ring)
            return new(ring, isParameter, ["bounds"]);

        foreach (var names in Sides)
        {
            JsonElement[] sides = [.. names.Select(name => part.TryGetProperty(name, out var side) ? side : default)];
            if (RingOf(sides) is { } rectangle)
                return new(rectangle, isParameter, names);
        }

        return null;
    }

    /// <summary>The corners of a tile without its pad.</summary>
    private static Position[]? RingOf(string key)
    {
        try
        {
            // The first corner is repeated at the end.
            return key.AsSpan().Count(':') == ColonsOfKey
                ? [.. Tile.Parse(key).Polygon.SkipLast(1).Select(corner => new Position(corner.Lon, corner.Lat))]
                : null;
        }
        catch (TaskQueueException)
        {
            return null;
        }
    }

    /// <summary>The corners; where the west is east of the east, the rectangle crosses the line of 180 degrees.</summary>
    private static Position[]? RingOf(JsonElement[] sides)
    {
        var numbers = new double[sides.Length];
        for (var i = 0; i < sides.Length; i++)
            if (sides[i].ValueKind != JsonValueKind.Number || !sides[i].TryGetDouble(out numbers[i]))
                return null;

        var (west, south, east, north) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        if (!(Math.Abs(west) <= 180 && Math.Abs(east) <= 180 && south >= -90 && north <= 90 && south < north && west != east))
            return null;
        if (west > east)
            east += 360;
        return [new(west, south), new(east, south), new(east, north), new(west, north)];
    }
}

/// <summary>A point of the map, in degrees of WGS 84. A longitude beyond 180 lies east of that line.</summary>
internal readonly record struct Position(double Longitude, double Latitude);

/// <summary>Where a row is, and which of its values say so.</summary>
/// <param name="Ring">The corners, one after the other, the first not repeated.</param>
/// <param name="IsParameter">Whether parameters say so; else the result does.</param>
/// <param name="Names">Their properties, which the geometry tells in full.</param>
internal sealed record RowPlace(IReadOnlyList<Position> Ring, bool IsParameter, IReadOnlyList<string> Names);
