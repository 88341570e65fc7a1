using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>
/// Packs a buffer of a batch as Feather wants it: its length, and an LZ4 frame of independent blocks.
/// </summary>
internal sealed class Lz4FrameEncoder
{
    private const int BlockSize = 1 << 16;
    private const long NotCompressed = -1;
    private const uint StoredFlag = 0x8000_0000;

    private readonly Lz4BlockEncoder _encoder = new();
    private readonly byte[] _block = new byte[Lz4BlockEncoder.LargestSize(BlockSize)];

    /// <summary>Appends a buffer to <paramref name="body"/>, as it is when packing gains nothing.</summary>
    public void Write(ReadOnlySpan<byte> buffer, List<byte> body)
    {
        var start = body.Count;
        WriteNumber(body, buffer.Length);
        WriteHeader(body);
        for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(BlockSize, rest.Length)..])
            WriteBlock(rest[..Math.Min(BlockSize, rest.Length)], body);
        WriteNumber(body, 0U);

        if (body.Count - start <= buffer.Length)
            return;
        body.RemoveRange(start, body.Count - start);
        WriteNumber(body, NotCompressed);
        body.AddRange(buffer);
    }

    private static void WriteHeader(List<byte> body)
    {
        // Version 1, independent blocks, 64 KiB each.
        ReadOnlySpan<byte> descriptor = [0x60, 0x40];
        WriteNumber(body, 0x184D2204U);
        body.AddRange(descriptor);
        body.Add((byte)(XxHash32.Of(descriptor) >> 8));
    }

    private void WriteBlock(ReadOnlySpan<byte> source, List<byte> body)
    {
        var length = _encoder.Encode(source, _block);
        var isStored = length >= source.Length;
        WriteNumber(body, isStored ? (uint)source.Length | StoredFlag : (uint)length);
        body.AddRange(isStored ? source : _block.AsSpan(0, length));
    }

    private static void WriteNumber(List<byte> body, uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        body.AddRange(bytes);
    }

    private static void WriteNumber(List<byte> body, long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        body.AddRange(bytes);
    }
}
