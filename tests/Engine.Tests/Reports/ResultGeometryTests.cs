using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TaskQueue.Reports.Results;

namespace TaskQueue.Tests.Reports;

public sealed class ResultGeometryTests
{
    [Theory]
    [InlineData("0 0 2 0 2 1 0 1", "Polygon [[[0,0],[2,0],[2,1],[0,1],[0,0]]]")]
    [InlineData("0 1 2 1 2 0 0 0", "Polygon [[[0,0],[2,0],[2,1],[0,1],[0,0]]]")]
    [InlineData("-180 -90 180 -90 180 90 -180 90", "Polygon [[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]]")]
    [InlineData("179 0 181 0 181 1 179 1", "MultiPolygon [[[[179,0],[180,0],[180,1],[179,1],[179,0]]],[[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]]")]
    [InlineData("-181 0 -179 0 -179 1 -181 1", "MultiPolygon [[[[179,0],[180,0],[180,1],[179,1],[179,0]]],[[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]]")]
    [InlineData("180 0 181 0 181 1 180 1", "Polygon [[[-180,0],[-179,0],[-179,1],[-180,1],[-180,0]]]")]
    public void A_ring_is_closed_counterclockwise_and_cut_at_180_degrees(string ring, string geometry)
    {
        var numbers = ring.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            ResultGeometry.Write(writer, [.. numbers.Chunk(2).Select(corner => new Position(corner[0], corner[1]))]);

        var written = JsonDocument.Parse(Encoding.UTF8.GetString(bytes.WrittenSpan)).RootElement;
        Assert.Equal(geometry, $"{written.GetProperty("type").GetString()} {written.GetProperty("coordinates").GetRawText()}");
    }
}
