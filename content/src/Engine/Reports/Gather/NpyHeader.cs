using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TaskQueue.Contracts;

namespace TaskQueue.Reports.Gather;

/// <summary>What an array in NumPy's format says of itself.</summary>
/// <param name="Type">The type of its values.</param>
/// <param name="Bands">Its bands.</param>
/// <param name="Height">Its lines, pad included.</param>
/// <param name="Width">Its columns, pad included.</param>
internal sealed partial record NpyHeader(PixelType Type, int Bands, int Height, int Width)
{
    private const int StartBytes = 8;

    /// <summary>Bands of a TIFF.</summary>
    private const int MostBands = ushort.MaxValue;

    /// <summary>As numpy.load allows; a header of ours has 118 bytes.</summary>
    private const int MostBytes = 10_000;

    /// <summary>What all blocks of a raster have in common, for people.</summary>
    public string Kind => $"{Type.Code} in {Counted.Of(Bands, "band")}";

    public override string ToString() => $"{Height} x {Width} pixels of {Kind}";

    /// <summary>Reads it from the start of a file; the values follow.</summary>
    /// <exception cref="InvalidDataException">It is none, or none of a raster: why, as the end of a sentence.</exception>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static async Task<NpyHeader> ReadAsync(Stream file, CancellationToken cancellationToken)
    {
        var start = new byte[StartBytes];
        await file.ReadExactlyAsync(start, cancellationToken);
        if (!start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8]) || start[6] is not (1 or 2) || start[7] != 0)
            throw new InvalidDataException("is no file of NumPy's format 1.0 or 2.0");

        var length = new byte[start[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        await file.ReadExactlyAsync(length, cancellationToken);
        var count = length.Length == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(length) : BinaryPrimitives.ReadUInt32LittleEndian(length);
        if (count > MostBytes)
            throw new InvalidDataException($"has a header of {count} bytes; allowed: {MostBytes}");
        var header = new byte[count];
        await file.ReadExactlyAsync(header, cancellationToken);
        return Parse(Encoding.Latin1.GetString(header));
    }

    private static NpyHeader Parse(string header)
    {
        var match = Pattern().Match(header);
        if (!match.Success)
            throw new InvalidDataException($"has a header that is not understood: {Printable.Short(header.Trim())}");
        if (match.Groups["fortran"].Value == "True")
            throw new InvalidDataException("is in Fortran order: save numpy.ascontiguousarray(block)");
        if (match.Groups["order"].Value == ">" || PixelType.Find(match.Groups["type"].Value) is not { } type)
            throw new InvalidDataException(
                $"has values of type {Printable.Quote(match.Groups["order"].Value + match.Groups["type"].Value)}; allowed: {PixelType.All}, little-endian: use astype");

        var shape = match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] sides = [.. shape.Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0)];
        return sides is { Length: 2 or 3 } && sides.All(side => side > 0) && (sides.Length == 2 || sides[0] <= MostBands)
            ? new(type, sides.Length == 3 ? sides[0] : 1, sides[^2], sides[^1])
            : throw new InvalidDataException(
                $"has the shape ({Printable.Short(string.Join(", ", shape))}); allowed: (height, width) or (bands, height, width)");
    }

    [GeneratedRegex(@"\A\{'descr': '(?<order>[<>|=]?)(?<type>[A-Za-z?]\d*)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[0-9, ]*)\),? ?\} *\n\z")]
    private static partial Regex Pattern();
}
