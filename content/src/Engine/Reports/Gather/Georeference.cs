using System.Globalization;
using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Reports.Gather;

/// <summary>Where a raster lies on the earth, as the tags of a GeoTIFF say it; each may be null.</summary>
/// <param name="Height">Lines of the raster that it was taken from.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Scale">ModelPixelScale: the size of a pixel.</param>
/// <param name="Tiepoints">ModelTiepoint: pixels and where they are.</param>
/// <param name="Matrix">ModelTransformation, of a raster that is turned.</param>
/// <param name="Keys">GeoKeyDirectory: the reference system.</param>
/// <param name="Doubles">GeoDoubleParams: numbers of it.</param>
/// <param name="Ascii">GeoAsciiParams: texts of it.</param>
internal sealed partial record Georeference(
    int Height, int Width, double[]? Scale, double[]? Tiepoints, double[]? Matrix, short[]? Keys, double[]? Doubles, string? Ascii)
{
    private const int MostHeaderBytes = 1 << 20;
    private const short Projected = 1;
    private const short Geographic = 2;
    private const short UserDefined = 32767;
    private const short GeographicSystem = 2048;
    private const short ProjectedSystem = 3072;
    private const short ProjectedCitation = 3073;
    private const short AsciiTag = unchecked((short)34737);

    /// <summary>Reads that of a GeoTIFF, or of an ENVI raster with its header beside it.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="shownPath">For errors.</param>
    /// <exception cref="TaskQueueException">There is no such file, or it is damaged (65).</exception>
    public static Georeference Read(string path, string shownPath)
    {
        var isTiff = Path.GetExtension(path).ToLowerInvariant() is ".tif" or ".tiff";
        var file = isTiff || Path.GetExtension(path) == ".hdr" ? path : Path.ChangeExtension(path, ".hdr");
        if (!File.Exists(file))
            throw Refuse($"--like is {Printable.Quote(shownPath)}, but there is no file {Path.GetFileName(file)}", shownPath);
        try
        {
            if (isTiff)
                return GeoTiff.ReadGeoreference(file);
            return new FileInfo(file).Length <= MostHeaderBytes
                ? ReadEnvi(File.ReadAllText(file))
                : throw new InvalidDataException($"the header is longer than {MostHeaderBytes} bytes");
        }
        // The library of TIFFs answers damage with exceptions of all kinds.
        catch (Exception e) when (e is not UnauthorizedAccessException)
        {
            throw Refuse($"The georeference of --like cannot be read: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}", shownPath);
        }
    }

    private static Georeference ReadEnvi(string header)
    {
        var fields = Field().Matches(header).DistinctBy(field => field.Groups[1].Value.Trim())
            .ToDictionary(field => field.Groups[1].Value.Trim(), field => field.Groups[2].Value.Trim().Trim('{', '}').Trim());
        var (height, width) = (SideOf("lines"), SideOf("samples"));
        var map = fields.GetValueOrDefault("map info")?.Split(',', StringSplitOptions.TrimEntries);
        if (map is null)
            return new(height, width, null, null, null, null, null, null);
        if (map.Length < 7 || map.Any(part => part.StartsWith("rotation", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidDataException("the header's map info has fewer than 7 values, or a rotation");

        double[] numbers = [.. map[1..7].Select(number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture))];
        var (keys, ascii) = KeysOf(map, fields.GetValueOrDefault("coordinate system string") ?? "");
        // ENVI counts pixels from 1, from their upper left corner.
        return new(height, width, [numbers[4], numbers[5], 0], [numbers[0] - 1, numbers[1] - 1, 0, numbers[2], numbers[3], 0], null, keys, null, ascii);

        int SideOf(string name) => int.TryParse(fields.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side > 0
            ? side
            : throw new InvalidDataException($"the header has no number of {name}");
    }

    /// <summary>The reference system: by its number where there is one, else by its text, which GDAL and ArcGIS read.</summary>
    private static (short[]? Keys, string? Ascii) KeysOf(string[] map, string text)
    {
        var isGeographic = text.StartsWith("GEOGCS", StringComparison.OrdinalIgnoreCase) || map[0].StartsWith("Geographic", StringComparison.OrdinalIgnoreCase);
        var (model, system) = isGeographic ? (Geographic, GeographicSystem) : (Projected, ProjectedSystem);
        var code = Authority().Match(text) is { Success: true } authority ? authority.Groups[1].Value : null;
        var isWgs84 = map.Contains("WGS-84");
        if (code is null && isWgs84 && map[0] == "UTM" && map.Length > 8)
            code = string.Create(CultureInfo.InvariantCulture, $"32{(map[8] == "South" ? 7 : 6)}{int.Parse(map[7], CultureInfo.InvariantCulture):00}");
        if (code is null && isWgs84 && map[0].StartsWith("Geographic", StringComparison.OrdinalIgnoreCase))
            code = "4326";
        if (ushort.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var epsg) && epsg is > 0 and < (ushort)UserDefined)
            return ([1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, system, 0, 1, (short)epsg], null);
        if (text.Length == 0)
            return (null, null);

        var ascii = $"ESRI PE String = {text}|";
        return ([1, 1, 0, 4, 1024, 0, 1, UserDefined, 1025, 0, 1, 1, ProjectedSystem, 0, 1, UserDefined, ProjectedCitation, AsciiTag, (short)ascii.Length, 0], ascii);
    }

    private static TaskQueueException Refuse(string what, string path) =>
        new(ExitCode.BadInput, $"{what}.", $"In {path}", "Give a GeoTIFF (.tif), or an ENVI raster whose .hdr lies beside it.");

    [GeneratedRegex(@"^([^={}\n]+)=\s*(\{[^}]*\}|[^\n]*)", RegexOptions.Multiline)]
    private static partial Regex Field();

    [GeneratedRegex(@"AUTHORITY\[""EPSG"",\s*""?(\d+)""?\]\s*\]\s*\z")]
    private static partial Regex Authority();
}
