using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TaskQueue.Collections;

/// <summary>
/// The CRC-32C of bytes that come piece by piece: the checksum of a line of a journal, and of objects in buckets that keep one.
/// </summary>
internal struct Crc32C
{
    private uint _value;

    public readonly uint Value => _value;

    public static Crc32C Of(ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(bytes);
        return crc;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var crc = ~_value;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));

        foreach (var b in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, b);

        _value = ~crc;
    }

    /// <summary>As HTTP headers have it: base64 of the bytes, the highest first.</summary>
    public override readonly string ToString()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _value);
        return Convert.ToBase64String(bytes);
    }
}
