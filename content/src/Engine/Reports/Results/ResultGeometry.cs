using System.Text.Json;

namespace TaskQueue.Reports.Results;

/// <summary>Writes a ring as a GeoJSON geometry by RFC 7946: counterclockwise, closed, and cut where it crosses 180 degrees.</summary>
internal static class ResultGeometry
{
    private const double Turn = 360;
    private const double Edge = 180;

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Position> ring)
    {
        var parts = Cut(ring);
        writer.WriteStartObject();
        writer.WriteString("type", parts.Count == 1 ? "Polygon" : "MultiPolygon");
        writer.WriteStartArray("coordinates");
        foreach (var part in parts)
        {
            if (parts.Count > 1)
                writer.WriteStartArray();
            WriteRing(writer, part);
            if (parts.Count > 1)
                writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRing(Utf8JsonWriter writer, IReadOnlyList<Position> ring)
    {
        var corners = IsClockwise(ring) ? ring.Reverse() : ring;
        writer.WriteStartArray();
        foreach (var corner in corners.Append(corners.First()))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(corner.Longitude);
            writer.WriteNumberValue(corner.Latitude);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>The part on each side of the line of 180 degrees, in longitudes from -180 to 180.</summary>
    private static List<IReadOnlyList<Position>> Cut(IReadOnlyList<Position> ring)
    {
        var edge = ring.Min(corner => corner.Longitude) < -Edge ? -Edge : Edge;
        var (west, east) = (Clip(ring, edge, sign: 1), Clip(ring, edge, sign: -1));
        var parts = new List<IReadOnlyList<Position>>();
        if (west.Count > 2)
            parts.Add(Move(west, edge < 0 ? Turn : 0));
        if (east.Count > 2)
            parts.Add(Move(east, edge < 0 ? 0 : -Turn));
        return parts;
    }

    /// <summary>What lies on one side of a meridian (Sutherland and Hodgman).</summary>
    private static List<Position> Clip(IReadOnlyList<Position> ring, double edge, int sign)
    {
        var kept = new List<Position>();
        for (var i = 0; i < ring.Count; i++)
        {
            var (from, to) = (ring[i], ring[(i + 1) % ring.Count]);
            var (before, after) = (sign * (edge - from.Longitude), sign * (edge - to.Longitude));
            if (before >= 0)
                kept.Add(from);
            if ((before > 0 && after < 0) || (before < 0 && after > 0))
                kept.Add(new(edge, from.Latitude + ((to.Latitude - from.Latitude) * before / (before - after))));
        }

        return kept.Any(corner => corner.Longitude != edge) ? kept : [];
    }

    private static List<Position> Move(List<Position> ring, double by) =>
        [.. ring.Select(corner => corner with { Longitude = corner.Longitude + by })];

    private static bool IsClockwise(IReadOnlyList<Position> ring)
    {
        var area = 0.0;
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            area += (a.Longitude * b.Latitude) - (b.Longitude * a.Latitude);
        }

        return area < 0;
    }
}
