using TaskQueue.Contracts;
using TaskQueue.Grids;

namespace TaskQueue.Tests.Grids;

/// <summary>From a key to its place, and from a place to its key.</summary>
public sealed class TileTests
{
    [Fact]
    public void A_key_gives_the_place()
    {
        var tile = Tile.Parse("512:16:10.0:34:-54:-734");

        Assert.Equal((512, 16, 10.0), (tile.Grid.TileSize, tile.Grid.Pad, tile.Grid.Resolution));
        Assert.Equal((34, -54L, -734L, 32634), (tile.Zone, tile.Column, tile.Row, tile.Epsg));
        Assert.Equal(new Bounds(223_520, -3_758_080, 228_640, -3_752_960), tile.Bounds);
        Assert.Equal(new Bounds(223_360, -3_758_240, 228_800, -3_752_800), tile.PaddedBounds);
        Assert.Equal(544, tile.Pixels);
        Assert.Equal([223_360, 10, 0, -3_752_800, 0, -10], tile.GeoTransform);
        Assert.StartsWith("PROJCS[\"WGS 84 / UTM zone 34N\",GEOGCS[", tile.Wkt, StringComparison.Ordinal);
        Assert.Contains("PARAMETER[\"central_meridian\",21]", tile.Wkt, StringComparison.Ordinal);
        Assert.EndsWith("AUTHORITY[\"EPSG\",\"32634\"]]", tile.Wkt, StringComparison.Ordinal);
        Assert.Equal(tile.Wkt.Count(letter => letter == '['), tile.Wkt.Count(letter => letter == ']'));
        Assert.Equal(tile, tile.Grid.At(tile.Center.Lon, tile.Center.Lat));
        Assert.Equal("512:16:10.0:34:-54:-734", $"{tile}");
    }

    [Theory]
    [InlineData("512:0:10.0:34:-54:-734", "512:0:10.0:34:-54:-734")]
    [InlineData("512:0:10:4:5:73", "512:0:10.0:04:5:73")]
    [InlineData("2048:16:30.2:15:3:80", "2048:16:30.2:15:3:80")]
    [InlineData("128:8:0.000001:60:-1:-1", "128:8:0.000001:60:-1:-1")]
    [InlineData("1:99:1.50:01:0:0", "1:99:1.5:01:0:0")]
    public void A_key_is_written_in_one_way_only(string key, string written) => Assert.Equal(written, Tile.Parse(key).Key);

    [Theory]
    [InlineData("", "It has not six parts.")]
    [InlineData("512:0:10.0:34:-54", "It has not six parts.")]
    [InlineData("512:0:10.0:34:-54:-734:1", "It has not six parts.")]
    [InlineData("512,0,10.0,34,-54,-734", "It has not six parts.")]
    [InlineData("blah:0:10.0:34:-54:-734", "Its tilesize is 'blah'; allowed: a number.")]
    [InlineData("0:0:10.0:34:-54:-734", "A tile's size is 0 pixels; allowed: 1 to 1000000.")]
    [InlineData("-512:0:10.0:34:-54:-734", "Its tilesize is '-512'; allowed: a number.")]
    [InlineData("512:1.5:10.0:34:-54:-734", "Its pad is '1.5'; allowed: a number.")]
    [InlineData("512:0:0:34:-54:-734", "The resolution is 0 m; allowed: 0.000001 to 1000000, with at most 6 decimals.")]
    [InlineData("512:0:NaN:34:-54:-734", "The resolution is NaN m; allowed: 0.000001 to 1000000, with at most 6 decimals.")]
    [InlineData("512:0:1e1:34:-54:-734", "Its resolution is '1e1'; allowed: a number.")]
    [InlineData("512:0:0.1234567:34:-54:-734", "The resolution is 0.1234567 m; allowed: 0.000001 to 1000000, with at most 6 decimals.")]
    [InlineData("512:0:10000:34:0:0", "A tile of 512 + 2 x 0 pixels of 10000 m is too wide; allowed: up to 1000000 m.")]
    [InlineData("512:0:10.0:0:-54:-734", "A tile's zone is 0; allowed: 1 to 60.")]
    [InlineData("512:0:10.0:61:-54:-734", "A tile's zone is 61; allowed: 1 to 60.")]
    [InlineData("512:0:10.0:34:-67:-734", "A tile's ti is -67, which is no tile of zone 34.")]
    [InlineData("512:0:10.0:34:66:0", "A tile's ti is 66, which is no tile of zone 34.")]
    [InlineData("512:0:10.0:34:-54:1953", "A tile's tj is 1953, which is beyond the poles.")]
    [InlineData("512:0:10.0:34:+54:1", "Its ti is '+54'; allowed: a number.")]
    [InlineData("512:0:10.0:34: 54:1", "Its ti is ' 54'; allowed: a number.")]
    [InlineData("512:0:10.0:34:54:99999999999999999999", "Its tj is '99999999999999999999'; allowed: a number.")]
    public void A_key_that_is_wrong_is_explained(string key, string why)
    {
        var refusal = Assert.Throws<TaskQueueException>(() => Tile.Parse(key));

        Assert.Equal(ExitCode.BadInput, refusal.ExitCode);
        Assert.Equal($"'{key}' is no key of a tile: {why}", refusal.Message.Split('\n')[0]);
    }

    [Theory]
    [InlineData(0, 0, "64:0:10.0:31:-522:0")]
    [InlineData(3, 0, "64:0:10.0:31:0:0")]
    [InlineData(3, -1e-9, "64:0:10.0:31:0:-1")]
    [InlineData(180, 0, "64:0:10.0:60:521:0")]
    [InlineData(-180, 0, "64:0:10.0:01:-522:0")]
    [InlineData(3, 90, "64:0:10.0:31:0:15621")]
    [InlineData(3, -90, "64:0:10.0:31:0:-15622")]
    // Norway and Svalbard, where maps make exceptions.
    [InlineData(5, 60, "64:0:10.0:31:174:10395")]
    [InlineData(8, 78, "64:0:10.0:32:-37:13529")]
    public void A_point_lies_in_one_tile(double lon, double lat, string key) => Assert.Equal(key, new TileGrid(64, 0, 10).At(lon, lat).Key);

    [Theory]
    [InlineData(180.001, 0)]
    [InlineData(0, -90.001)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.NaN)]
    public void A_point_that_is_none_is_refused(double lon, double lat) =>
        Assert.Equal(ExitCode.BadInput, Assert.Throws<TaskQueueException>(() => new TileGrid(64, 0, 10).At(lon, lat)).ExitCode);

    [Fact]
    public void Neighbours_have_their_edges_in_common()
    {
        var grid = new TileGrid(333, 0, 0.3);
        for (var index = -1000L; index < 1000; index++)
        {
            var bounds = new Tile(grid, 10, index, index).Bounds;
            var next = new Tile(grid, 10, index + 1, index + 1).Bounds;
            Assert.Equal((bounds.XMax, bounds.YMax), (next.XMin, next.YMin));
        }
    }

    [Fact]
    public void A_polygon_is_a_closed_ring_around_the_centre()
    {
        var tile = new TileGrid(512, 64, 10).At(-70.5, -33.4);

        foreach (var ring in new[] { tile.Polygon, tile.PaddedPolygon })
        {
            Assert.Equal((5, ring[0]), (ring.Count, ring[^1]));
            Assert.True(ring[0].Lon < tile.Center.Lon && ring[0].Lat < tile.Center.Lat);
            Assert.True(ring[2].Lon > tile.Center.Lon && ring[2].Lat > tile.Center.Lat);
        }

        Assert.True(tile.PaddedPolygon[0].Lat < tile.Polygon[0].Lat);
    }

    [Fact]
    public void A_tile_across_the_antimeridian_has_a_whole_polygon_and_a_centre_in_range()
    {
        var grid = new TileGrid(1000, 0, 100);
        var tile = grid.At(-180, 10);

        Assert.InRange(tile.Center.Lon, 179, 180);
        Assert.All(tile.Polygon, corner => Assert.InRange(corner.Lon, -182, -178));
    }
}
