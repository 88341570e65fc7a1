using System.Buffers.Binary;

namespace TaskQueue.Tests.Tables;

/// <summary>
/// Buffers of zeros that pack as well as a format allows, with the length that they declare before them.
/// </summary>
internal static class Packed
{
    private static readonly byte[] Lz4Header = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73];
    private static readonly byte[] ZstdHeader = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58];
    private const int Lz4Block = 1 << 22;
    private const int ZstdBlock = 1 << 17;

    /// <summary>An LZ4 frame of blocks of 4 MiB.</summary>
    public static byte[] Lz4(long zeros, long? declared = null)
    {
        List<byte> frame = [.. Bytes(declared ?? zeros, 8), .. Lz4Header];
        for (; zeros > 0; zeros -= Lz4Block)
        {
            var block = Lz4Zeros((int)Math.Min(zeros, Lz4Block));
            frame.AddRange([.. Bytes(block.Length, 4), .. block]);
        }

        frame.AddRange(Bytes(0, 4));
        return [.. frame];
    }

    /// <summary>A ZSTD frame of blocks that repeat one byte.</summary>
    public static byte[] Zstd(long zeros, long? declared = null)
    {
        List<byte> frame = [.. Bytes(declared ?? zeros, 8), .. ZstdHeader];
        for (; zeros > 0; zeros -= ZstdBlock)
        {
            var size = (int)Math.Min(zeros, ZstdBlock);
            var isLast = zeros <= ZstdBlock ? 1 : 0;
            frame.AddRange([.. Bytes(isLast | 1 << 1 | size << 3, 3), 0]);
        }

        return [.. frame];
    }

    /// <summary>One literal that repeats, and the five literals that a block ends with.</summary>
    private static byte[] Lz4Zeros(int count)
    {
        var rest = count - 1 - 5 - 4 - 15;
        if (rest < 0)
            return [.. count < 15 ? [(byte)(count << 4)] : new byte[] { 0xF0, (byte)(count - 15) }, .. new byte[count]];
        var length = Enumerable.Repeat(byte.MaxValue, rest / 255).Append((byte)(rest % 255));
        return [0x1F, 0, 1, 0, .. length, 0x50, 0, 0, 0, 0, 0];
    }

    private static byte[] Bytes(long number, int count)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes[..count];
    }
}
