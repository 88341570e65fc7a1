using System.Text.Json;
using NetTopologySuite.Geometries;
using TaskQueue.Contracts;

namespace TaskQueue.Grids;

/// <summary>Reads polygons out of GeoJSON (RFC 7946): of geometries, features and collections of both.</summary>
/// <remarks>Errors are InvalidDataExceptions, worded to follow a colon.</remarks>
internal static class GeoJson
{
    private const int FewestPositions = 4;

    private static readonly GeometryFactory Factory = new();

    /// <summary>All polygons; none for features without a geometry.</summary>
    public static IEnumerable<Polygon> PolygonsOf(JsonElement value) => TypeOf(value) switch
    {
        "FeatureCollection" => ItemsOf(Member(value, "features")).SelectMany(PolygonsOf),
        "Feature" => Member(value, "geometry") is { ValueKind: not JsonValueKind.Null } geometry ? PolygonsOf(geometry) : [],
        "GeometryCollection" => ItemsOf(Member(value, "geometries")).SelectMany(PolygonsOf),
        "MultiPolygon" => ItemsOf(Member(value, "coordinates")).Select(PolygonOf),
        "Polygon" => [PolygonOf(Member(value, "coordinates"))],
        "Point" or "MultiPoint" or "LineString" or "MultiLineString" => throw Wrong($"it holds a {TypeOf(value)}, which has no area"),
        var other => throw Wrong($"{Printable.Quote(other)} is no type of GeoJSON"),
    };

    private static Polygon PolygonOf(JsonElement coordinates)
    {
        var rings = ItemsOf(coordinates).Select(RingOf).ToArray();
        return rings is [var shell, .. var holes] ? Factory.CreatePolygon(shell, holes) : Factory.CreatePolygon();
    }

    private static LinearRing RingOf(JsonElement positions)
    {
        var ring = ItemsOf(positions).Select(PositionOf).ToArray();
        if (ring.Length < FewestPositions || !ring[0].Equals2D(ring[^1]))
            throw Wrong("a ring needs four positions, of which the last is the first again");

        return Factory.CreateLinearRing(ring);
    }

    private static Coordinate PositionOf(JsonElement position)
    {
        double[] numbers = [.. ItemsOf(position).Select(NumberOf)];
        if (numbers.Length < 2)
            throw Wrong("a position needs a longitude and a latitude");

        var (lon, lat) = (numbers[0], numbers[1]);
        if (!(Math.Abs(lon) <= 180 && Math.Abs(lat) <= 90))
            throw Wrong(FormattableString.Invariant(
                $"position {lon}, {lat} is outside of longitudes -180 to 180 and latitudes -90 to 90, in degrees of WGS 84"));

        return new(lon, lat);
    }

    private static double NumberOf(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number ? number.GetDouble() : throw Wrong("a position holds what is no number");

    private static string TypeOf(JsonElement value) =>
        Member(value, "type") is { ValueKind: JsonValueKind.String } type ? type.GetString()! : throw Wrong("a \"type\" is no text");

    private static JsonElement Member(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong("it is no GeoJSON object");

        return value.TryGetProperty(name, out var member) ? member : throw Wrong($"an object has no \"{name}\"");
    }

    private static JsonElement.ArrayEnumerator ItemsOf(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Wrong("it has something else where GeoJSON has a list");

    private static InvalidDataException Wrong(string what) => new(what);
}
