using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Grids;
using TaskQueue.Tests.Records;

namespace TaskQueue.Tests.Commands;

/// <summary><c>results --output x.geojson</c>: what every GIS opens.</summary>
public sealed class MapTests : IDisposable
{
    private readonly CommandProject _project = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Each_row_is_a_feature_with_its_other_columns_as_properties()
    {
        await WriteAsync(
            ("""{"id":0,"bounds":[7,46,8.5,47]}""", """{"value":2,"attempt":1}"""),
            ("""{"id":1,"west":-99.5,"south":-39.5,"east":-99,"north":-39}""", "null"),
            ("""{"id":2}""", """{"lon_min":1,"lat_min":2,"lon_max":3,"lat_max":4}"""));

        var run = await _project.RunAsync("results --output r.geojson");

        Assert.Equal((ExitCode.Done, "Wrote 3 rows to r.geojson\n"), (run.Code, run.Error));
        var map = await ReadAsync();
        Assert.Equal("FeatureCollection", map.GetProperty("type").GetString());
        Assert.False(map.TryGetProperty("crs", out _));
        var features = map.GetProperty("features").EnumerateArray().ToList();
        Assert.Equal(["0", "1", "2"], features.Select(feature => feature.GetProperty("id").GetString()));
        Assert.Equal(
            [
                """{"type":"Polygon","coordinates":[[[7,46],[8.5,46],[8.5,47],[7,47],[7,46]]]}""",
                """{"type":"Polygon","coordinates":[[[-99.5,-39.5],[-99,-39.5],[-99,-39],[-99.5,-39],[-99.5,-39.5]]]}""",
                """{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,4],[1,2]]]}""",
            ],
            features.Select(feature => feature.GetProperty("geometry").GetRawText()));
        Assert.Equal(
            """{"id":"0","value":null,"act":null,"result_value":2,"result_attempt":1,"attempt":1,"seconds":1.5,"finished":"2026-05-01T12:00:01.5+00:00","other":{"parameters":{"bounds":[7,46,8.5,47]}}}""",
            features[0].GetProperty("properties").GetRawText());
    }

    [Theory]
    [InlineData("{\"key\":\"512:0:10.0:34:-54:-734\"}", "null")]
    [InlineData("{}", "{\"tile\":\"512:0:10.0:34:-54:-734\"}")]
    [InlineData("{\"key\":\"512:0:10.0:61:-54:-734\",\"bounds\":[1,2,3,4]}", "null", false)]
    public async Task A_tile_is_where_its_key_says(string parameters, string result, bool isTile = true)
    {
        await WriteAsync((parameters, result));

        await _project.RunAsync("results --output r.geojson");

        var geometry = (await ReadAsync()).GetProperty("features")[0].GetProperty("geometry");
        var ring = geometry.GetProperty("coordinates")[0].EnumerateArray().Select(corner => (corner[0].GetDouble(), corner[1].GetDouble())).ToArray();
        (double, double)[] tile = [.. Tile.Parse("512:0:10.0:34:-54:-734").Polygon.Select(corner => (corner.Lon, corner.Lat))];
        Assert.Equal(isTile ? tile : [(1, 2), (3, 2), (3, 4), (1, 4), (1, 2)], ring);
    }

    [Fact]
    public async Task Only_chosen_columns_are_properties()
    {
        await WriteAsync(("""{"id":0,"bounds":[7,46,8.5,47]}""", """{"value":2}"""));

        await _project.RunAsync("results --columns id,result_value --output r.geojson");

        Assert.Equal("""{"id":"0","result_value":2}""", (await ReadAsync()).GetProperty("features")[0].GetProperty("properties").GetRawText());
    }

    [Theory]
    [InlineData("""{"bounds":[500000,4000000,505120,4005120]}""")]
    [InlineData("""{"bounds":[7,47,8,46]}""")]
    [InlineData("""{"bounds":["7","46","8","47"]}""")]
    [InlineData("""{"bounds":[7,46,8]}""")]
    [InlineData("""{"bounds":[7,46,7,47]}""")]
    [InlineData("""{"west":7,"south":46,"east":8}""")]
    [InlineData("""{"west":7,"south":-91,"east":8,"north":1}""")]
    public async Task A_row_without_bounds_in_degrees_has_no_geometry_and_that_is_said(string parameters)
    {
        await WriteAsync((parameters, "null"), ("""{"bounds":[7,46,8,47]}""", "null"));

        var run = await _project.RunAsync("results --output r.geojson");

        Assert.Equal(
            (ExitCode.Done, "warning: 1 row without bounds in degrees: the geometry is null.\nWrote 2 rows to r.geojson\n"), (run.Code, run.Error));
        var features = (await ReadAsync()).GetProperty("features");
        Assert.Equal(JsonValueKind.Null, features[0].GetProperty("geometry").ValueKind);
        Assert.Equal(JsonValueKind.Object, features[1].GetProperty("geometry").ValueKind);
    }

    [Fact]
    public async Task When_no_row_has_bounds_it_says_what_is_needed_and_the_earlier_file_stays()
    {
        await File.WriteAllTextAsync(_project["r.geojson"], "old", Stop);
        await WriteAsync(("""{"id":0}""", "null"));

        var run = await _project.RunAsync("results --output r.geojson");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith("error: None of 1 row is on the map", run.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("[west, south, east, north]", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(_project["r.geojson"], Stop));
    }

    [Fact]
    public async Task Without_results_the_map_is_empty()
    {
        await _project.RunAsync("results --output r.geojson");

        Assert.Empty((await ReadAsync()).GetProperty("features").EnumerateArray());
    }

    private async Task<JsonElement> ReadAsync() =>
        JsonDocument.Parse(await File.ReadAllTextAsync(_project["r.geojson"], Stop)).RootElement;

    private async Task WriteAsync(params (string Parameters, string Result)[] rows)
    {
        foreach (var (row, (parameters, result)) in rows.Index())
            await _project.Records.WriteDoneAsync(TestRecords.Done($"{row}", parameters, result) with { Row = row });
    }
}
