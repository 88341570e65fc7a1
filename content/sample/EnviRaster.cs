using System.Globalization;
using TaskQueue.Contracts;

namespace Sample;

/// <summary>A rectangle of pixels; rows and columns count from 0 at the upper left.</summary>
public sealed record Window(int Row, int Column, int Height, int Width);

/// <summary>A raster of unsigned 16-bit bands, one after the other (ENVI, BSQ), with its text header beside it.</summary>
public sealed class EnviRaster
{
    private readonly string _path;
    private readonly int _samples;
    private readonly int _lines;
    private readonly string[] _bands;

    private EnviRaster(string path, IReadOnlyDictionary<string, string> header)
    {
        if (header["data type"] != "12" || header["interleave"] != "bsq" || header["byte order"] != "0")
            throw new TaskRejectedException($"{path} is not a BSQ raster of little-endian uint16 values.");

        _path = path;
        _samples = int.Parse(header["samples"], CultureInfo.InvariantCulture);
        _lines = int.Parse(header["lines"], CultureInfo.InvariantCulture);
        _bands = header["band names"].Trim('{', '}').Split(',', StringSplitOptions.TrimEntries);
    }

    /// <param name="location">Path or URL of the raster; its header has the same name and ends with .hdr.</param>
    /// <param name="inputs">Fetches both when they are not local.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    public static async Task<EnviRaster> OpenAsync(string location, IInputSource inputs, CancellationToken cancellationToken)
    {
        var header = await inputs.DownloadAsync(Path.ChangeExtension(location, ".hdr"), cancellationToken);
        var fields = from line in await File.ReadAllLinesAsync(header, cancellationToken)
                     where line.Contains('=')
                     select line.Split('=', 2, StringSplitOptions.TrimEntries);
        return new EnviRaster(await inputs.DownloadAsync(location, cancellationToken), fields.ToDictionary(field => field[0], field => field[1]));
    }

    /// <summary>Reads the window's pixels of one band, row by row.</summary>
    public async Task<double[]> ReadAsync(string band, Window window, CancellationToken cancellationToken)
    {
        var first = (long)Array.IndexOf(_bands, band) * _lines;
        if (first < 0 || !IsWithin(window.Row, window.Height, _lines) || !IsWithin(window.Column, window.Width, _samples))
            throw new TaskRejectedException($"{_path} has no band '{band}' at {window}.");

        using var file = File.OpenHandle(_path, options: FileOptions.Asynchronous);
        var pixels = new double[window.Height * window.Width];
        var line = new byte[window.Width * sizeof(ushort)];
        for (var row = 0; row < window.Height; row++)
        {
            var offset = ((first + window.Row + row) * _samples + window.Column) * sizeof(ushort);
            if (await RandomAccess.ReadAsync(file, line, offset, cancellationToken) < line.Length)
                throw new InvalidDataException($"{_path} is shorter than its header says.");
            for (var column = 0; column < window.Width; column++)
                pixels[row * window.Width + column] = BitConverter.ToUInt16(line, column * sizeof(ushort));
        }
        return pixels;
    }

    private static bool IsWithin(int start, int length, int all) => start >= 0 && length > 0 && length <= all - start;
}
