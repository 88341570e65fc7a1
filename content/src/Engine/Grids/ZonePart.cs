using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace TaskQueue.Grids;

/// <summary>The part of a shape in one zone of UTM.</summary>
/// <param name="Zone">1 to 60.</param>
/// <param name="Rings">Closed rings in metres: those of all its polygons and of their holes.</param>
/// <param name="SquareMetres">Its area, roughly.</param>
/// <param name="Bend">
/// Metres, at the most, between the middle of an edge that is straight in degrees and that of the edge used, which is
/// straight in metres.
/// </param>
internal sealed record ZonePart(int Zone, IReadOnlyList<Coordinate[]> Rings, double SquareMetres, double Bend)
{
    private const double MetresOfDegree = 111_195;

    /// <summary>Cuts a shape at the borders of zones in degrees, then projects its vertices.</summary>
    /// <param name="shape">In degrees.</param>
    public static IEnumerable<ZonePart> Cut(Geometry shape)
    {
        var extent = shape.EnvelopeInternal;
        for (var zone = UtmZone.Of(extent.MinX); zone <= UtmZone.Of(extent.MaxX); zone++)
        {
            var (west, east) = UtmZone.BordersOf(zone);
            var strip = new Envelope(west, east, -90, 90);
            var part = strip.Contains(extent)
                ? shape
                : OverlayNGRobust.Overlay(shape, shape.Factory.ToGeometry(strip), SpatialFunction.Intersection);
            // A shape that ends at a border leaves a line in the next zone.
            if (part.Area > 0)
                yield return Project(part, zone);
        }
    }

    private static ZonePart Project(Geometry part, int zone)
    {
        var rings = PolygonExtracter.GetPolygons(part).Cast<Polygon>()
            .SelectMany(polygon => polygon.InteriorRings.Prepend(polygon.ExteriorRing))
            .Select(ring => ring.Coordinates)
            .ToList();
        var metresOfLongitude = MetresOfDegree * Math.Cos(double.DegreesToRadians(part.Centroid.Y));
        return new(
            zone,
            [.. rings.Select(ring => Array.ConvertAll(ring, position => Project(position, zone)))],
            part.Area * MetresOfDegree * metresOfLongitude,
            rings.Max(ring => ring.Zip(ring.Skip(1)).Max(edge => BendOf(edge.First, edge.Second, zone))));
    }

    private static double BendOf(Coordinate start, Coordinate end, int zone) =>
        Project(Middle(start, end), zone).Distance(Middle(Project(start, zone), Project(end, zone)));

    private static Coordinate Project(Coordinate position, int zone)
    {
        var (x, y) = TransverseMercator.Project(position.X, position.Y, zone);
        return new(x, y);
    }

    private static Coordinate Middle(Coordinate start, Coordinate end) => new((start.X + end.X) / 2, (start.Y + end.Y) / 2);
}
