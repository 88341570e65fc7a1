using System.Text.Json;
using TaskQueue.Reports.Results;

namespace TaskQueue.Tests.Reports;

/// <summary>Which texts of a result are names of objects.</summary>
public sealed class ResultObjectsTests
{
    [Theory]
    [InlineData("\"a.tif\"", "a.tif")]
    [InlineData("\"tiles/864691.h5\"", "tiles/864691.h5")]
    [InlineData("\"512:0:10.0:34:-54:-734.tar.gz\"", "512:0:10.0:34:-54:-734.tar.gz")]
    [InlineData("\"s3://bucket/out/a b/c\"", "a b/c")]
    [InlineData("\"s3://bucket/out/x.zarr/\"", "x.zarr")]
    [InlineData("\"cube.zarr/\"", "cube.zarr")]
    [InlineData("\"../a.tif\"", "../a.tif")]
    [InlineData("""{"n":1,"a":"x/a.tif","b":{"c":["y/b.tif",null]}}""", "x/a.tif y/b.tif")]
    [InlineData("\"s3://bucket/out\"", "")]
    [InlineData("\"s3://bucket/output/a.tif\"", "")]
    [InlineData("\"s3://other/out/a.tif\"", "")]
    [InlineData("\"https://example.org/a.tif\"", "")]
    [InlineData("\"/tmp/a.tif\"", "")]
    [InlineData("\"file:///tmp/a.tif\"", "")]
    [InlineData("\"forest\"", "")]
    [InlineData("\"1.5\"", "")]
    [InlineData("\"km/h\"", "")]
    [InlineData("\"See a.tif\"", "")]
    [InlineData("\".hidden\"", "")]
    [InlineData("\"a.\"", "")]
    [InlineData("\"\"", "")]
    [InlineData("7", "")]
    [InlineData("null", "")]
    public void Of_a_bucket(string result, string names) => Assert.Equal(
        names, string.Join(' ', new ResultObjects("s3://bucket/out", "s3://bucket/out").FindIn(JsonElement.Parse(result))));

    [Theory]
    [InlineData("\"/data/out/a/b\"", "a/b")]
    [InlineData("\"file:///data/out/a%20b\"", "a b")]
    [InlineData("\"out/a\"", "a")]
    [InlineData("\"./out/a.tif\"", "./out/a.tif")]
    [InlineData("\"/data/outer/a.tif\"", "")]
    public void Of_a_folder(string result, string names) => Assert.Equal(
        names, string.Join(' ', new ResultObjects("out", "/data/out").FindIn(JsonElement.Parse(result))));

    [Fact]
    public void A_row_without_result_names_none() => Assert.Empty(new ResultObjects("out", "/data/out").FindIn(null));
}
