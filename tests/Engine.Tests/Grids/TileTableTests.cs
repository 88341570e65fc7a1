using NetTopologySuite.Geometries;
using TaskQueue.Contracts;
using TaskQueue.Grids;

namespace TaskQueue.Tests.Grids;

/// <summary>Which tiles a shape has.</summary>
public sealed class TileTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_box_in_Kansas_has_182_tiles() =>
        Assert.Equal(182, Keys(Shapes.Box(-99.32275771466082, 39.510715877324, -99.17530059814455, 39.537992699478735), new(512, 0, 1)).Count);

    [Fact]
    public void The_park_in_San_Francisco_has_325_tiles() =>
        Assert.Equal(325, Keys(
            Shapes.Polygon([
                (-122.51140471760839, 37.77130087547876), (-122.45475646845254, 37.77475476721895),
                (-122.45303985468301, 37.76657207194229), (-122.51057242081689, 37.763446782666094)]),
            new(128, 8, 1)).Count);

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.3)]
    [InlineData(3, 1.5)]
    public void Random_shapes_have_the_tiles_that_meet_them_each_once(int seed, double radius)
    {
        var random = new Random(seed);
        for (var shape = 0; shape < 40; shape++)
        {
            var border = (6 * random.Next(-29, 30)) + ((random.NextDouble() - 0.5) * radius);
            var json = Shapes.Star(random, border, (random.NextDouble() * 160) - 80, radius);
            var grid = new TileGrid(random.Next(100, 1000), 0, 10 * radius);
            var keys = Keys(json, grid);
            var parts = ZonePart.Cut(AreaOfInterest.Read(_folder["area.geojson"], _warnings.Add)).ToList();
            var areas = parts.ConvertAll(part => (part.Zone, Area: AreaOf(part)));

            Assert.Equal(areas.SelectMany(part => Expected(part.Zone, part.Area, grid)).Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
            Assert.Equal(keys.Count, keys.Distinct().Count());
            foreach (var (zone, area) in areas)
                AssertPointsAreCovered(random, zone, area, grid, [.. keys]);
        }
    }

    [Fact]
    public void A_shape_across_zones_and_the_equator_has_tiles_on_all_sides()
    {
        var keys = Keys(Shapes.Box(5.9, -0.1, 6.1, 0.1), new(512, 0, 10));

        var places = keys.ConvertAll(Tile.Parse);
        Assert.Equal([31, 32], places.Select(tile => tile.Zone).Distinct());
        Assert.Equal([-3, -2, -1, 0, 1, 2], places.Select(tile => tile.Row).Distinct().Order());
        Assert.Equal(places.OrderBy(tile => tile.Zone).ThenBy(tile => tile.Row).ThenBy(tile => tile.Column), places);
    }

    [Fact]
    public void A_shape_that_ends_at_a_zone_has_no_tile_beyond_it() =>
        Assert.All(Keys(Shapes.Box(5.9, 10, 6, 10.1), new(512, 0, 10)), key => Assert.Equal(31, Tile.Parse(key).Zone));

    [Fact]
    public void A_hole_is_left_out()
    {
        var grid = new TileGrid(100, 0, 10);
        var hole = grid.At(3.05, 0.05);

        var keys = Keys(Shapes.Polygon([(3, 0), (3.1, 0), (3.1, 0.1), (3, 0.1)], [(3.02, 0.02), (3.02, 0.08), (3.08, 0.08), (3.08, 0.02)]), grid);

        Assert.Contains(grid.At(3.01, 0.01).Key, keys);
        Assert.DoesNotContain(hole.Key, keys);
        Assert.Contains(hole.Key, Keys(Shapes.Square, grid));
    }

    /// <summary>Tiles of a part that is met twice come once.</summary>
    [Theory]
    [InlineData("Feature")]
    [InlineData("FeatureCollection")]
    [InlineData("GeometryCollection")]
    [InlineData("MultiPolygon")]
    public void Every_form_of_a_shape_has_the_same_tiles(string form)
    {
        var grid = new TileGrid(100, 0, 10);
        var coordinates = Shapes.Square["""{"type":"Polygon","coordinates":""".Length..^1];

        var keys = Keys(form switch
        {
            "Feature" => Shapes.Feature(Shapes.Square),
            "FeatureCollection" => Shapes.Collection(Shapes.Feature(Shapes.Square), Shapes.Feature("null"), Shapes.Feature(Shapes.Square)),
            "GeometryCollection" => Shapes.Feature($$"""{"type":"GeometryCollection","geometries":[{{Shapes.Square}},{{Shapes.Square}}]}"""),
            _ => $$"""{"type":"MultiPolygon","coordinates":[{{coordinates}},{{coordinates}}]}""",
        }, grid);

        Assert.Equal(Keys(Shapes.Square, grid), keys);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_shape_that_crosses_itself_is_repaired_and_that_is_told()
    {
        var grid = new TileGrid(100, 0, 10);

        var keys = Keys(Shapes.Polygon([(3, 0), (3.1, 0.1), (3.1, 0), (3, 0.1)]), grid);

        Assert.Contains(grid.At(3.01, 0.05).Key, keys);
        Assert.Contains(grid.At(3.09, 0.05).Key, keys);
        Assert.DoesNotContain(grid.At(3.05, 0.01).Key, keys);
        Assert.StartsWith("the shape is not valid (Self-intersection", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Edges_that_bend_are_told()
    {
        Keys(Shapes.Box(-109, 37, -102.05, 41), new(512, 0, 10));

        Assert.Matches("^edges of the shape .* up to 4,[0-9]{3} m ", Assert.Single(_warnings));
    }

    [Fact]
    public void The_whole_earth_has_tiles_in_every_zone() =>
        Assert.Equal(Enumerable.Range(1, 60), Keys(Shapes.Box(-180, -90, 180, 90), new(1000, 0, 1000)).Select(key => Tile.Parse(key).Zone).Distinct());

    [Theory]
    [InlineData("", "it is no JSON")]
    [InlineData("{", "it is no JSON")]
    [InlineData("lon,lat", "it is no JSON")]
    [InlineData("""{"type":"\ud800","coordinates":[]}""", "it is no JSON")]
    [InlineData("[]", "it is no GeoJSON object")]
    [InlineData("{}", "an object has no \"type\"")]
    [InlineData("""{"type":7}""", "a \"type\" is no text")]
    [InlineData("""{"type":"Circle"}""", "'Circle' is no type of GeoJSON")]
    [InlineData("""{"type":"Point","coordinates":[3,0]}""", "it holds a Point, which has no area")]
    [InlineData("""{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"LineString","coordinates":[[3,0],[4,0]]}}]}""", "it holds a LineString, which has no area")]
    [InlineData("""{"type":"FeatureCollection","features":[]}""", "it has no area")]
    [InlineData("""{"type":"Feature","geometry":null}""", "it has no area")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "it has no area")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3,0],[4,0],[3,0],[3,0]]]}""", "it has no area")]
    [InlineData("""{"type":"Polygon"}""", "an object has no \"coordinates\"")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3,0],[4,0],[4,1]]]}""", "a ring needs four positions, of which the last is the first again")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3,0],[4,0],[4,1],[3,1]]]}""", "a ring needs four positions, of which the last is the first again")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3],[4,0],[4,1],[3]]]}""", "a position needs a longitude and a latitude")]
    [InlineData("""{"type":"Polygon","coordinates":[[["3",0],[4,0],[4,1],["3",0]]]}""", "a position holds what is no number")]
    [InlineData("""{"type":"Polygon","coordinates":[3,0]}""", "it has something else where GeoJSON has a list")]
    [InlineData("""{"type":"Polygon","coordinates":[[[170,0],[181,0],[181,1],[170,0]]]}""", "position 181, 0 is outside of longitudes -180 to 180 and latitudes -90 to 90")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3,0],[4,-91],[4,1],[3,0]]]}""", "position 4, -91 is outside")]
    [InlineData("""{"type":"Polygon","coordinates":[[[3,0],[1e999,0],[4,1],[3,0]]]}""", "position Infinity, 0 is outside")]
    public void A_shape_that_is_none_is_explained(string json, string why)
    {
        var refusal = Assert.Throws<TaskQueueException>(() => Keys(json, new(512, 0, 10)));

        Assert.Equal(ExitCode.BadInput, refusal.ExitCode);
        Assert.StartsWith($"The shape cannot be used: {why}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(_folder["area.geojson"], refusal.Message.Split('\n')[1]);
    }

    [Fact]
    public void Too_many_tiles_are_counted_no_further_than_allowed()
    {
        File.WriteAllText(_folder["area.geojson"], Shapes.Box(-180, -80, 180, 80));

        var refusal = Assert.Throws<TaskQueueException>(() => TileTable.Create(_folder["area.geojson"], new(1, 0, 0.01), 1000, _warnings.Add));

        Assert.Equal(ExitCode.BadInput, refusal.ExitCode);
        Assert.Matches("^The shape has more than 1,000 tiles, about [0-9,]{20,}[.]\n", refusal.Message);
    }

    private List<string> Keys(string json, TileGrid grid)
    {
        File.WriteAllText(_folder["area.geojson"], json);
        var table = TileTable.Create(_folder["area.geojson"], grid, NewTable.MostRows, _warnings.Add);
        var keys = table.Rows.Select(row => (string)row[0]).ToList();
        Assert.Equal(table.RowCount, keys.Count);
        return keys;
    }

    private static Geometry AreaOf(ZonePart part)
    {
        // Rings that lie in another are holes: the difference of all of them.
        var factory = new GeometryFactory();
        return part.Rings.Select(ring => (Geometry)factory.CreatePolygon(ring)).Aggregate((one, other) => one.SymmetricDifference(other));
    }

    /// <summary>Each tile of the surrounding rectangle asked for itself.</summary>
    private static IEnumerable<string> Expected(int zone, Geometry area, TileGrid grid)
    {
        var extent = area.EnvelopeInternal;
        var (firstColumn, firstRow) = grid.CellOf(extent.MinX, extent.MinY);
        var (lastColumn, lastRow) = grid.CellOf(extent.MaxX, extent.MaxY);
        for (var row = (long)Math.Floor(firstRow); row <= lastRow; row++)
        {
            for (var column = (long)Math.Floor(firstColumn); column <= lastColumn; column++)
            {
                var tile = new Tile(grid, zone, column, row);
                if (area.Intersects(area.Factory.ToGeometry(EnvelopeOf(tile))))
                    yield return tile.Key;
            }
        }
    }

    private static void AssertPointsAreCovered(Random random, int zone, Geometry area, TileGrid grid, HashSet<string> keys)
    {
        var extent = area.EnvelopeInternal;
        for (var number = 0; number < 200; number++)
        {
            var point = new Coordinate(extent.MinX + (random.NextDouble() * extent.Width), extent.MinY + (random.NextDouble() * extent.Height));
            if (!area.Contains(area.Factory.CreatePoint(point)))
                continue;

            var (column, row) = grid.CellOf(point.X, point.Y);
            Assert.Contains(new Tile(grid, zone, (long)Math.Floor(column), (long)Math.Floor(row)).Key, keys);
            Assert.Single(keys.Select(Tile.Parse), tile => tile.Zone == zone && EnvelopeOf(tile).Contains(point));
        }
    }

    private static Envelope EnvelopeOf(Tile tile) => new(tile.Bounds.XMin, tile.Bounds.XMax, tile.Bounds.YMin, tile.Bounds.YMax);
}
