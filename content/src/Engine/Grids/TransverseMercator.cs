using System.Numerics;

namespace TaskQueue.Grids;

/// <summary>
/// Degrees of WGS 84 to metres of a zone of UTM and back. Y is negative south of the equator: there is no false northing.
/// </summary>
/// <remarks>
/// The series of Krueger to the fourth order in the third flattening, as in C. F. F. Karney, Transverse Mercator with an
/// accuracy of a few nanometers, Journal of Geodesy 85 (2011), equations 7 to 12, 19 to 21, 35 and 36. It holds up to the
/// poles, and for tiles that reach beyond them.
/// </remarks>
internal static class TransverseMercator
{
    public const double FalseEasting = 500_000;

    private const double SemiMajorAxis = 6_378_137;
    private const double Flattening = 1 / 298.257223563;
    private const double Scale = 0.9996;

    private const double E2 = Flattening * (2 - Flattening);
    private const double N = Flattening / (2 - Flattening);
    private const double N2 = N * N;
    private const double N3 = N2 * N;
    private const double N4 = N2 * N2;

    private const double Radius = Scale * SemiMajorAxis / (1 + N) * (1 + (N2 / 4) + (N4 / 64));

    private const int MostSteps = 8;
    private const double Precision = 1e-15;

    private static readonly double E = Math.Sqrt(E2);

    /// <summary>From the sphere's projection to the ellipsoid's, equation 35.</summary>
    private static readonly double[] Alpha =
    [
        (N / 2) - (2 * N2 / 3) + (5 * N3 / 16) + (41 * N4 / 180),
        (13 * N2 / 48) - (3 * N3 / 5) + (557 * N4 / 1440),
        (61 * N3 / 240) - (103 * N4 / 140),
        49561 * N4 / 161280,
    ];

    /// <summary>And back, equation 36; with its sign.</summary>
    private static readonly double[] Beta =
    [
        -((N / 2) - (2 * N2 / 3) + (37 * N3 / 96) - (N4 / 360)),
        -((N2 / 48) + (N3 / 15) - (437 * N4 / 1440)),
        -((17 * N3 / 480) - (37 * N4 / 840)),
        -(4397 * N4 / 161280),
    ];

    /// <param name="lon">Degrees.</param>
    /// <param name="lat">Degrees, -90 to 90.</param>
    /// <param name="zone">1 to 60; need not be that of the longitude.</param>
    public static (double X, double Y) Project(double lon, double lat, int zone)
    {
        var (sin, cos) = Math.SinCos(double.DegreesToRadians(lon - UtmZone.MeridianOf(zone)));
        var tan = ConformalOf(Math.Tan(double.DegreesToRadians(lat)));
        var sphere = new Complex(Math.Atan2(tan, cos), Math.Asinh(sin / double.Hypot(tan, cos)));
        var plane = Radius * Correct(sphere, Alpha);
        return (FalseEasting + plane.Imaginary, plane.Real);
    }

    /// <returns>Degrees; the longitude goes beyond 180 where a tile of zone 1 or 60 does.</returns>
    public static LonLat Unproject(double x, double y, int zone)
    {
        var sphere = Correct(new Complex(y, x - FalseEasting) / Radius, Beta);
        var (sin, cos) = Math.SinCos(sphere.Real);
        var sinh = Math.Sinh(sphere.Imaginary);
        var lon = Math.Atan2(sinh, cos);
        var lat = Math.Atan(GeographicOf(sin / double.Hypot(sinh, cos)));
        return new(UtmZone.MeridianOf(zone) + double.RadiansToDegrees(lon), double.RadiansToDegrees(lat));
    }

    private static Complex Correct(Complex point, double[] factors)
    {
        var sum = point;
        for (var order = 1; order <= factors.Length; order++)
            sum += factors[order - 1] * Complex.Sin(2 * order * point);

        return sum;
    }

    /// <summary>The tangent of the conformal latitude, by that of the latitude.</summary>
    private static double ConformalOf(double tan)
    {
        var sigma = Math.Sinh(E * Math.Atanh(E * tan / Secant(tan)));
        return (tan * Secant(sigma)) - (sigma * Secant(tan));
    }

    /// <summary>The reverse of it, by Newton's method; it takes two or three steps.</summary>
    private static double GeographicOf(double conformal)
    {
        var tan = conformal / (1 - E2);
        for (var step = 0; step < MostSteps; step++)
        {
            var found = ConformalOf(tan);
            var change = (conformal - found) / Secant(found) * (1 + ((1 - E2) * tan * tan)) / ((1 - E2) * Secant(tan));
            tan += change;
            if (Math.Abs(change) <= Precision * Secant(tan))
                break;
        }

        return tan;
    }

    private static double Secant(double tan) => Math.Sqrt(1 + (tan * tan));
}
