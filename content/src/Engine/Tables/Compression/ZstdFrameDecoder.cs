using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Unpacks a ZSTD frame (RFC 8878) that needs no dictionary, checking its checksum when it has one.</summary>
internal sealed class ZstdFrameDecoder(TableInput input) : FrameDecoder(input)
{
    private const uint Magic = 0xFD2FB528;
    private const int LargestHeader = 18;
    private const int LargestBlock = 1 << 17;
    private const int LargestWindow = 1 << 27;
    private const int MaxRatio = LargestBlock / 4;

    private readonly ZstdBlock _block = new(input);
    private long _position;
    private long _end;
    private int _largestBlock;
    private bool _isLast;
    private bool _hasChecksum;
    private XxHash64 _hash;

    private enum BlockType
    {
        Raw,
        RunLength,
        Compressed,
    }

    protected override void Start(long offset, long length, long unpacked)
    {
        _position = offset;
        _end = offset + length;
        _isLast = false;
        if (unpacked / MaxRatio > length)
            throw Damaged("declares more bytes than ZSTD can pack into it");

        Span<byte> header = stackalloc byte[LargestHeader];
        header.Clear();
        Input.File.Read(_position, header[..(int)Math.Min(LargestHeader, length)]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            throw Damaged("is no ZSTD frame");
        _position += 4 + ReadDescriptor(header[4..], unpacked);
        _hash = new XxHash64();
        _block.Reset();
    }

    private int ReadDescriptor(ReadOnlySpan<byte> header, long unpacked)
    {
        var flags = header[0];
        var isSingleSegment = (flags & 0x20) is not 0;
        _hasChecksum = (flags & 0x04) is not 0;
        if ((flags & 0x08) is not 0)
            throw Damaged("has a ZSTD header that is unknown");

        var read = 1;
        var windowSize = isSingleSegment ? unpacked : WindowSize(header[read++]);
        var (dictionary, dictionaryLength) = ReadNumber(header[read..], (flags & 0x03) is 3 ? 4 : flags & 0x03);
        read += dictionaryLength;
        var (size, sizeLength) =
            ReadNumber(header[read..], flags >> 6 is 0 ? (isSingleSegment ? 1 : 0) : 1 << (flags >> 6));
        read += sizeLength;
        if (dictionary is not 0)
            throw Damaged("needs a ZSTD dictionary");
        if (sizeLength > 0 && size + (sizeLength is 2 ? 256u : 0) != (ulong)unpacked)
            throw Damaged("declares two different lengths");

        _largestBlock = (int)Math.Min(LargestBlock, windowSize);
        Reserve((int)Math.Min(windowSize, LargestWindow), _largestBlock);
        return read;
    }

    private static long WindowSize(byte descriptor)
    {
        var size = 1L << (10 + (descriptor >> 3));
        size += size / 8 * (descriptor & 7);
        return size <= LargestWindow
            ? size
            : throw Damaged($"needs a ZSTD window of more than {LargestWindow >> 20} MiB");
    }

    private static (ulong Number, int Length) ReadNumber(ReadOnlySpan<byte> bytes, int length)
    {
        var number = 0UL;
        for (var index = length - 1; index >= 0; index--)
            number = number << 8 | bytes[index];
        return (number, length);
    }

    protected override int DecodeBlock(Span<byte> memory, int start)
    {
        if (_isLast)
            throw Damaged("holds fewer bytes than it declares");
        var (type, size) = ReadBlockHeader();
        var stop = type switch
        {
            BlockType.Raw => Store(ReadPacked(size), memory, start),
            BlockType.RunLength => Fill(ReadPacked(1)[0], size, memory, start),
            _ => _block.Decode(ReadPacked(size), memory, start),
        };
        if (_hasChecksum)
            _hash.Append(memory[start..stop]);
        return stop;
    }

    protected override void Finish()
    {
        // Writers of streams end with an empty block.
        while (!_isLast)
        {
            if (ReadBlockHeader() is not (BlockType.Raw, 0))
                throw Damaged("holds more bytes than it declares");
        }

        if (_hasChecksum && BinaryPrimitives.ReadUInt32LittleEndian(ReadPacked(4)) != (uint)_hash.Hash)
            throw Damaged("fails its checksum");
    }

    private (BlockType Type, int Size) ReadBlockHeader()
    {
        var bytes = ReadPacked(3);
        var header = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
        _isLast = (header & 1) is not 0;
        var (type, size) = ((BlockType)(header >> 1 & 3), header >> 3);
        return type <= BlockType.Compressed && size <= _largestBlock
            ? (type, size)
            : throw Damaged("has a ZSTD block that is unknown, or too long");
    }

    private ReadOnlySpan<byte> ReadPacked(int size)
    {
        if (size > _end - _position)
            throw Damaged("ends early");
        _position += size;
        return Input.ReadPacked(_position - size, size);
    }

    private static int Store(ReadOnlySpan<byte> packed, Span<byte> memory, int start) =>
        packed.TryCopyTo(memory[start..])
            ? start + packed.Length
        : throw Damaged("holds more bytes than it declares");

    private static int Fill(byte value, int count, Span<byte> memory, int start)
    {
        if (count > memory.Length - start)
            throw Damaged("holds more bytes than it declares");
        memory.Slice(start, count).Fill(value);
        return start + count;
    }
}
