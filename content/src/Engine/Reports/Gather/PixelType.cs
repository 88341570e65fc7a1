using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TaskQueue.Reports.Gather;

/// <summary>The type of a raster's values, as NumPy names it.</summary>
/// <param name="Code">For example <c>f4</c>: 32 bits of floating point.</param>
internal sealed record PixelType(string Code)
{
    private static readonly Dictionary<string, Func<string, byte[]?>> Codes = new()
    {
        ["u1"] = BytesOf<byte>,
        ["i1"] = BytesOf<sbyte>,
        ["u2"] = BytesOf<ushort>,
        ["i2"] = BytesOf<short>,
        ["u4"] = BytesOf<uint>,
        ["i4"] = BytesOf<int>,
        ["f4"] = BytesOf<float>,
        ["f8"] = BytesOf<double>,
    };

    /// <summary>The allowed ones, for people.</summary>
    public static string All => string.Join(", ", Codes.Keys);

    /// <summary>Bytes of a value.</summary>
    public int Size => Code[1] - '0';

    public char Kind => Code[0];

    public bool IsFloat => Kind == 'f';

    /// <returns>Null when a raster cannot have values of this type.</returns>
    public static PixelType? Find(string code) => Codes.ContainsKey(code) ? new(code) : null;

    /// <summary>A number as a value of this type.</summary>
    /// <returns>Null when it is no number that the type holds.</returns>
    public byte[]? BytesOf(string number) => Codes[Code](number);

    private static byte[]? BytesOf<T>(string number)
        where T : unmanaged, INumber<T> =>
        T.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? MemoryMarshal.AsBytes<T>([value]).ToArray() : null;
}
