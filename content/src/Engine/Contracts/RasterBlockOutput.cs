using System.Runtime.InteropServices;
using System.Text;

namespace TaskQueue.Contracts;

/// <summary>Writes blocks of rasters into the output store.</summary>
public static class RasterBlockOutput
{
    private const int Alignment = 64;

    private static readonly Dictionary<Type, string> Codes = new()
    {
        [typeof(byte)] = "|u1",
        [typeof(sbyte)] = "|i1",
        [typeof(ushort)] = "<u2",
        [typeof(short)] = "<i2",
        [typeof(uint)] = "<u4",
        [typeof(int)] = "<i4",
        [typeof(float)] = "<f4",
        [typeof(double)] = "<f8",
    };

    /// <summary>Writes a block whole or not at all, as <c>numpy.save</c> would; <c>numpy.load</c> reads it.</summary>
    /// <param name="output">The store: <see cref="TaskContext.Output"/>.</param>
    /// <param name="name">Name of the object, one for each row: <c>blocks/r00c00.npy</c>.</param>
    /// <param name="pixels">Line by line, and band after band: byte, sbyte, ushort, short, uint, int, float or double.</param>
    /// <param name="height">Lines of the block with its pad, at least 1.</param>
    /// <param name="width">Columns of the block with its pad, at least 1.</param>
    /// <param name="bands">Bands, at least 1.</param>
    /// <param name="cancellationToken">Ends the writing; the block is not there then.</param>
    /// <returns>For the row's result. A block with a pad needs <c>with { Top = … }</c>.</returns>
    /// <exception cref="ArgumentException">The pixels are of another number or type.</exception>
    public static async Task<RasterBlock> WriteBlockAsync<T>(
        this IOutputStore output, string name, T[] pixels, int height, int width, int bands = 1, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        if (!Codes.TryGetValue(typeof(T), out var code))
            throw new ArgumentException($"Pixels are {typeof(T).Name}; allowed: {string.Join(", ", Codes.Keys.Select(type => type.Name))}.", nameof(pixels));
        if (height < 1 || width < 1 || bands < 1 || (Int128)bands * height * width != pixels.Length)
            throw new ArgumentException($"{pixels.Length} pixels are not {bands} x {height} x {width}.", nameof(pixels));

        var shape = bands == 1 ? $"({height}, {width})" : $"({bands}, {height}, {width})";
        var header = $"{{'descr': '{code}', 'fortran_order': False, 'shape': {shape}, }}";
        using var content = new MemoryStream();
        // Eight bytes of magic and version, two of the length; the values start at a multiple of 64.
        var length = ((10 + header.Length) / Alignment + 1) * Alignment - 10;
        content.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        content.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        content.Write(MemoryMarshal.AsBytes(pixels.AsSpan()));
        content.Position = 0;
        await output.WriteAsync(name, content, cancellationToken);
        return new(name);
    }
}
