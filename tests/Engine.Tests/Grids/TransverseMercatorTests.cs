using System.Globalization;
using System.Text.Json;
using TaskQueue.Grids;

namespace TaskQueue.Tests.Grids;

/// <summary>Metres and degrees beside those of proj4, another implementation.</summary>
public sealed class TransverseMercatorTests : IDisposable
{
    private const int Points = 20_000;
    private const double Millimetre = 0.001;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Points_of_every_zone_agree_with_proj4_within_a_millimetre()
    {
        var random = new Random(1);
        var points = Enumerable.Range(0, Points).Select(_ => (Zone: random.Next(1, 61), East: (random.NextDouble() * 6) - 3, Lat: (random.NextDouble() * 180) - 90));

        var worst = await CompareAsync(points.Concat(Corners).Select(point =>
        {
            var lon = UtmZone.MeridianOf(point.Zone) + point.East;
            var (x, y) = TransverseMercator.Project(lon, point.Lat, point.Zone);
            return new { zone = point.Zone, lon, lat = point.Lat, x, y };
        }));

        Assert.All(worst, metres => Assert.InRange(metres, 0, Millimetre));
    }

    /// <summary>Tiles at a border or a pole reach beyond it.</summary>
    [Fact]
    public async Task Points_beside_a_zone_and_beyond_the_poles_agree_with_proj4_within_a_millimetre()
    {
        var random = new Random(2);
        var worst = await CompareAsync(Enumerable.Range(0, Points).Select(_ =>
        {
            var (zone, x, y) = (random.Next(1, 61), 500_000 + ((random.NextDouble() * 2_000_000) - 1_000_000), (random.NextDouble() * 22_000_000) - 11_000_000);
            var (lon, lat) = TransverseMercator.Unproject(x, y, zone);
            return new { zone, lon, lat, x, y };
        }));

        Assert.All(worst, metres => Assert.InRange(metres, 0, Millimetre));
    }

    /// <summary>The first two are exact in UTM; the pole is a quarter of a meridian away, times 0.9996.</summary>
    [Theory]
    [InlineData(3, 0, 31, 500_000, 0)]
    [InlineData(-177, 0, 1, 500_000, 0)]
    [InlineData(6, 0, 31, 833_978.5569, 0)]
    [InlineData(3, 90, 31, 500_000, 9_997_964.9430)]
    [InlineData(0, -90, 31, 500_000, -9_997_964.9430)]
    public void Points_that_are_known_are_where_they_should_be(double lon, double lat, int zone, double x, double y)
    {
        var found = TransverseMercator.Project(lon, lat, zone);

        Assert.Equal(x, found.X, 0.0001);
        Assert.Equal(y, found.Y, 0.0001);
    }

    private static IEnumerable<(int Zone, double East, double Lat)> Corners =>
        from zone in new[] { 1, 30, 31, 60 }
        from east in new double[] { -3, 0, 3 }
        from lat in new[] { -90, -89.999999, -84, -1e-9, 0, 1e-9, 60, 84, 89.999999, 90 }
        select (zone, east, lat);

    private async Task<List<double>> CompareAsync<T>(IEnumerable<T> points)
    {
        await File.WriteAllLinesAsync(_folder["points.jsonl"], points.Select(point => JsonSerializer.Serialize(point)), TestContext.Current.CancellationToken);
        var printed = await Node.RunScript("grids/compare.mjs", _folder["points.jsonl"]);
        var worst = printed.TrimEnd().Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        TestContext.Current.SendDiagnosticMessage("largest distances, m: {0}", string.Join(", ", worst));
        Assert.Equal(2, worst.Count);
        return worst;
    }
}
