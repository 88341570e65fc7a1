using System.Globalization;

namespace TaskQueue.Tests.Grids;

/// <summary>Shapes for tests, as GeoJSON.</summary>
internal static class Shapes
{
    public const string Square = """{"type":"Polygon","coordinates":[[[3,0],[3.1,0],[3.1,0.1],[3,0.1],[3,0]]]}""";

    public static string Box(double west, double south, double east, double north) =>
        Polygon([(west, south), (east, south), (east, north), (west, north)]);

    /// <summary>A polygon of rings that are not closed yet.</summary>
    public static string Polygon(params (double Lon, double Lat)[][] rings) =>
        $$"""{"type":"Polygon","coordinates":[{{string.Join(",", rings.Select(Ring))}}]}""";

    public static string Feature(string geometry) => $$"""{"type":"Feature","properties":{"name":"x"},"geometry":{{geometry}}}""";

    public static string Collection(params string[] features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(",", features)}}]}""";

    /// <summary>A star around a point, with a star-shaped hole.</summary>
    public static string Star(Random random, double lon, double lat, double radius)
    {
        var angles = Enumerable.Range(0, random.Next(5, 40)).Select(_ => random.NextDouble() * 2 * Math.PI).Order().ToList();
        var points = angles.ConvertAll(angle => (Angle: angle, Radius: radius * (0.3 + (0.7 * random.NextDouble()))));
        return Polygon([.. points.Select(point => At(point, 1))], [.. points.Select(point => At(point, 0.3))]);

        (double Lon, double Lat) At((double Angle, double Radius) point, double part) =>
            (lon + (point.Radius * part * Math.Cos(point.Angle)), lat + (point.Radius * part * Math.Sin(point.Angle)));
    }

    private static string Ring((double Lon, double Lat)[] ring) =>
        $"[{string.Join(",", ring.Append(ring[0]).Select(point => string.Create(CultureInfo.InvariantCulture, $"[{point.Lon:R},{point.Lat:R}]")))}]";
}
