using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Unpacks an LZ4 frame (LZ4 Frame Format 1.6.x), checking the checksums that it has.</summary>
internal sealed class Lz4FrameDecoder(TableInput input) : FrameDecoder(input)
{
    private const uint Magic = 0x184D2204;
    private const int LargestHeader = 19;
    private const int MaxRatio = 255;
    private const int History = 1 << 16;
    private const uint StoredFlag = 0x8000_0000;

    private long _position;
    private long _end;
    private int _blockSize;
    private bool _hasBlockChecksum;
    private bool _hasContentChecksum;
    private XxHash32 _contentHash;

    protected override void Start(long offset, long length, long unpacked)
    {
        _position = offset;
        _end = offset + length;
        if (unpacked / MaxRatio > length)
            throw Damaged("declares more bytes than LZ4 can pack into it");

        Span<byte> header = stackalloc byte[(int)Math.Min(LargestHeader, length)];
        Input.File.Read(_position, header);
        if (header.Length < 7 || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            throw Damaged("is no LZ4 frame");
        ReadDescriptor(header[4..], unpacked);
    }

    private void ReadDescriptor(ReadOnlySpan<byte> descriptor, long unpacked)
    {
        var (flags, sizes) = (descriptor[0], descriptor[1]);
        var hasContentSize = (flags & 0x08) is not 0;
        var length = hasContentSize ? 10 : 2;
        if ((flags & 0xC2) is not 0x40 || (sizes & 0x8F) is not 0 || (flags & 0x01) is not 0 || sizes >> 4 < 4)
            throw Damaged("has an LZ4 header that is unknown, or needs a dictionary");
        if (length >= descriptor.Length || descriptor[length] != (byte)(XxHash32.Of(descriptor[..length]) >> 8))
            throw Damaged("has a damaged LZ4 header");
        if (hasContentSize && BinaryPrimitives.ReadInt64LittleEndian(descriptor[2..]) != unpacked)
            throw Damaged("declares two different lengths");

        var areBlocksIndependent = (flags & 0x20) is not 0;
        _hasBlockChecksum = (flags & 0x10) is not 0;
        _hasContentChecksum = (flags & 0x04) is not 0;
        _contentHash = new XxHash32();
        _blockSize = 1 << (8 + (2 * (sizes >> 4)));
        _position += 4 + length + 1;
        Reserve(areBlocksIndependent ? 0 : History, _blockSize);
    }

    protected override int DecodeBlock(Span<byte> memory, int start)
    {
        var size = ReadNumber();
        var isStored = (size & StoredFlag) is not 0;
        var length = (int)(size & ~StoredFlag);
        if (length is 0)
            throw Damaged("holds fewer bytes than it declares");
        if (length > _blockSize || length > _end - _position)
            throw Damaged("has an LZ4 block that is too long");

        var packed = Input.ReadPacked(_position, length);
        _position += length;
        if (_hasBlockChecksum && XxHash32.Of(packed) != ReadNumber())
            throw Damaged("fails its checksum");
        var stop = isStored ? Store(packed, memory, start) : Lz4Block.Decode(packed, memory, start);
        if (_hasContentChecksum)
            _contentHash.Append(memory[start..stop]);
        return stop;
    }

    protected override void Finish()
    {
        if (ReadNumber() is not 0)
            throw Damaged("holds more bytes than it declares");
        if (_hasContentChecksum && ReadNumber() != _contentHash.Hash)
            throw Damaged("fails its checksum");
    }

    private static int Store(ReadOnlySpan<byte> packed, Span<byte> memory, int start)
    {
        if (!packed.TryCopyTo(memory[start..]))
            throw Damaged("holds more bytes than it declares");
        return start + packed.Length;
    }

    private uint ReadNumber()
    {
        if (_end - _position < 4)
            throw Damaged("ends early");
        Span<byte> bytes = stackalloc byte[4];
        Input.File.Read(_position, bytes);
        _position += 4;
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
