using BitMiracle.LibTiff.Classic;

namespace TaskQueue.Reports.Gather;

/// <summary>A compressed GeoTIFF, tile by tile; a BigTIFF where it could grow beyond 4 GB.</summary>
/// <remarks>Nothing but this file names the library, so that no verb but <c>gather</c> loads it.</remarks>
internal sealed class GeoTiff : IDisposable
{
    /// <summary>Pixels on a side of a tile.</summary>
    public const int Side = 256;

    private const long MostClassicBytes = 4_000_000_000;
    private const int BitsPerByte = 8;

    private static readonly TiffFieldInfo[] Fields =
    [
        Numbers(TiffTag.GEOTIFF_MODELPIXELSCALETAG, TiffType.DOUBLE),
        Numbers(TiffTag.GEOTIFF_MODELTIEPOINTTAG, TiffType.DOUBLE),
        Numbers(TiffTag.GEOTIFF_MODELTRANSFORMATIONTAG, TiffType.DOUBLE),
        Numbers(TiffTag.GEOTIFF_GEOKEYDIRECTORYTAG, TiffType.SHORT),
        Numbers(TiffTag.GEOTIFF_GEODOUBLEPARAMSTAG, TiffType.DOUBLE),
        Text(TiffTag.GEOTIFF_GEOASCIIPARAMSTAG),
        Text(TiffTag.GDAL_NODATA),
    ];

    private readonly Tiff _tiff;

    static GeoTiff()
    {
        Tiff.SetErrorHandler(new Thrower());
        Tiff.SetTagExtender(tiff => tiff.MergeFieldInfo(Fields, Fields.Length));
    }

    /// <param name="stream">Where it goes; it is left open.</param>
    /// <param name="shape">Type and size.</param>
    /// <param name="place">Where it lies; null when that is unknown.</param>
    /// <param name="nodata">The value of pixels that have none; null when all have one.</param>
    public GeoTiff(Stream stream, NpyHeader shape, Georeference? place, string? nodata)
    {
        var bytes = (Int128)shape.Bands * Tiles(shape.Height) * Tiles(shape.Width) * (Side * Side * shape.Type.Size);
        _tiff = Tiff.ClientOpen("gather", bytes > MostClassicBytes ? "w8" : "w4", stream, new OpenStream())
            ?? throw new IOException("The TIFF cannot be written.");
        Set(TiffTag.IMAGEWIDTH, shape.Width);
        Set(TiffTag.IMAGELENGTH, shape.Height);
        Set(TiffTag.BITSPERSAMPLE, shape.Type.Size * BitsPerByte);
        Set(TiffTag.SAMPLEFORMAT, shape.Type.Kind switch { 'u' => SampleFormat.UINT, 'i' => SampleFormat.INT, _ => SampleFormat.IEEEFP });
        Set(TiffTag.SAMPLESPERPIXEL, shape.Bands);
        if (shape.Bands > 1)
            Set(TiffTag.EXTRASAMPLES, shape.Bands - 1, new short[shape.Bands - 1]);
        Set(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        Set(TiffTag.PLANARCONFIG, PlanarConfig.SEPARATE);
        Set(TiffTag.TILEWIDTH, Side);
        Set(TiffTag.TILELENGTH, Side);
        Set(TiffTag.COMPRESSION, Compression.ADOBE_DEFLATE);
        Set(TiffTag.PREDICTOR, shape.Type.IsFloat ? Predictor.FLOATINGPOINT : Predictor.HORIZONTAL);
        if (nodata is not null)
            Set(TiffTag.GDAL_NODATA, nodata);
        if (place is not null)
            SetPlace(place);
    }

    /// <summary>How many tiles a side of a raster takes.</summary>
    public static int Tiles(int length) => ((length - 1) / Side) + 1;

    /// <summary>Where a GeoTIFF lies.</summary>
    public static Georeference ReadGeoreference(string path)
    {
        using var tiff = Tiff.Open(path, "r") ?? throw new InvalidDataException("it is no TIFF");
        return new(
            tiff.GetField(TiffTag.IMAGELENGTH)[0].ToInt(), tiff.GetField(TiffTag.IMAGEWIDTH)[0].ToInt(),
            Doubles(TiffTag.GEOTIFF_MODELPIXELSCALETAG), Doubles(TiffTag.GEOTIFF_MODELTIEPOINTTAG), Doubles(TiffTag.GEOTIFF_MODELTRANSFORMATIONTAG),
            tiff.GetField(TiffTag.GEOTIFF_GEOKEYDIRECTORYTAG)?[1].ToShortArray(),
            Doubles(TiffTag.GEOTIFF_GEODOUBLEPARAMSTAG),
            tiff.GetField(TiffTag.GEOTIFF_GEOASCIIPARAMSTAG) is { } text ? text[^1].ToString().TrimEnd('\0') : null);

        double[]? Doubles(TiffTag tag) => tiff.GetField(tag)?[1].ToDoubleArray();
    }

    /// <summary>Compresses a tile; tiles come line by line, and band after band.</summary>
    public void Write(byte[] tile, int band, int row, int column) =>
        _tiff.WriteEncodedTile(_tiff.ComputeTile(column, row, 0, (short)band), tile, tile.Length);

    /// <summary>Writes what readers look for first.</summary>
    public void Complete() => _tiff.WriteDirectory();

    public void Dispose() => _tiff.Dispose();

    private void SetPlace(Georeference place)
    {
        SetArray(TiffTag.GEOTIFF_MODELPIXELSCALETAG, place.Scale);
        SetArray(TiffTag.GEOTIFF_MODELTIEPOINTTAG, place.Tiepoints);
        SetArray(TiffTag.GEOTIFF_MODELTRANSFORMATIONTAG, place.Matrix);
        SetArray(TiffTag.GEOTIFF_GEOKEYDIRECTORYTAG, place.Keys);
        SetArray(TiffTag.GEOTIFF_GEODOUBLEPARAMSTAG, place.Doubles);
        if (place.Ascii is not null)
            Set(TiffTag.GEOTIFF_GEOASCIIPARAMSTAG, place.Ascii);
    }

    private void SetArray(TiffTag tag, Array? values)
    {
        if (values is not null)
            Set(tag, values.Length, values);
    }

    private void Set(TiffTag tag, params object[] values)
    {
        if (!_tiff.SetField(tag, values))
            throw new IOException($"The TIFF takes no {tag} of {string.Join(", ", values)}.");
    }

    private static TiffFieldInfo Numbers(TiffTag tag, TiffType type) => new(
        tag, TiffFieldInfo.Variable, TiffFieldInfo.Variable, type, FieldBit.Custom, okToChange: true, passCount: true, tag.ToString());

    private static TiffFieldInfo Text(TiffTag tag) => new(
        tag, TiffFieldInfo.Variable, TiffFieldInfo.Variable, TiffType.ASCII, FieldBit.Custom, okToChange: true, passCount: false, tag.ToString());

    /// <summary>Errors are exceptions; warnings are about files of others.</summary>
    private sealed class Thrower : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args) =>
            throw new IOException(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, args));

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args) { }
    }

    /// <summary>A stream that stays open when the TIFF is closed.</summary>
    private sealed class OpenStream : TiffStream
    {
        public override void Close(object clientData) { }
    }
}
