using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Valid;
using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Grids;

/// <summary>The shape that tiles are made for.</summary>
internal static class AreaOfInterest
{
    /// <summary>Reads a shape. What overlaps counts once; polygons that cross themselves are repaired.</summary>
    /// <param name="path">A GeoJSON file.</param>
    /// <param name="warned">Is told of a repair.</param>
    /// <exception cref="TaskQueueException">It is no shape in degrees that has an area (exit code 65).</exception>
    public static Geometry Read(string path, Action<string> warned)
    {
        try
        {
            if (!File.Exists(path))
                throw new InvalidDataException("there is no such file");

            using var file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file);
            return Join(Parse(document.RootElement), warned);
        }
        catch (JsonException error)
        {
            throw Refuse(path, $"it is no JSON, {error.Message.TrimEnd('.')}", error);
        }
        catch (Exception error) when (FolderErrors.Covers(error))
        {
            throw FolderErrors.Explain(error, "read", path);
        }
        catch (InvalidDataException error)
        {
            throw Refuse(path, error.Message, error);
        }
    }

    private static List<Polygon> Parse(JsonElement root)
    {
        try
        {
            return [.. GeoJson.PolygonsOf(root)];
        }
        catch (InvalidOperationException error)
        {
            // Text that is no UTF-8 is found when it is asked for.
            throw new JsonException(error.Message, error);
        }
    }

    private static Geometry Join(List<Polygon> polygons, Action<string> warned)
    {
        var problem = polygons.Select(polygon => new IsValidOp(polygon).ValidationError).FirstOrDefault(error => error is not null);
        if (problem is not null)
            warned($"the shape is not valid ({problem}); it was repaired.");

        var shape = OverlayNGRobust.Union(problem is null ? polygons : polygons.Select(GeometryFixer.Fix));
        return shape is { Area: > 0 } ? shape : throw new InvalidDataException("it has no area");
    }

    private static TaskQueueException Refuse(string path, string why, Exception cause) => new(
        ExitCode.BadInput, $"The shape cannot be used: {why}.", path,
        "Write GeoJSON with polygons, in degrees; cut in two what crosses the antimeridian.", cause);
}
