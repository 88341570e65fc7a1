using System.Globalization;

namespace TaskQueue.Grids;

/// <summary>The 60 zones of UTM: six degrees each from -180 on, without the exceptions of Norway and Svalbard.</summary>
internal static class UtmZone
{
    public const int Last = 60;

    private const int Width = 6;
    private const int NorthernCode = 32600;

    /// <summary>The zone of a longitude from -180 to 180; a border belongs to the zone east of it, 180 to zone 60.</summary>
    public static int Of(double lon) => Math.Min(Last, 1 + (int)Math.Floor((lon + 180) / Width));

    /// <summary>The longitudes of a zone's borders.</summary>
    public static (double West, double East) BordersOf(int zone) => ((zone * Width) - 186, (zone * Width) - 180);

    public static double MeridianOf(int zone) => (zone * Width) - 183;

    /// <summary>The code of the northern zone, also in the south, where y is negative.</summary>
    public static int EpsgOf(int zone) => NorthernCode + zone;

    /// <summary>Well-known text 1, as GDAL and EPSG's own registry have it.</summary>
    public static string WktOf(int zone) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        PROJCS["WGS 84 / UTM zone {zone}N",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{MeridianOf(zone)}],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","{EpsgOf(zone)}"]]
        """);
}
