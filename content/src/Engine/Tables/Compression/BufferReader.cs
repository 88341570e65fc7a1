using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Reads one buffer of a batch from its start to its end, unpacking it where it is compressed.</summary>
internal sealed class BufferReader(TableInput input)
{
    private const int PrefixLength = 8;
    private const long NotCompressed = -1;

    private long _position;
    private long _left;
    private FrameDecoder? _decoder;
    private Lz4FrameDecoder? _lz4;
    private ZstdFrameDecoder? _zstd;

    /// <summary>Bytes, unpacked.</summary>
    public long Length { get; private set; }

    /// <summary>What is being read.</summary>
    public PackedBuffer Source { get; private set; }

    /// <exception cref="InvalidDataException">It does not declare its length.</exception>
    public void Open(PackedBuffer source)
    {
        Source = source;
        _decoder = null;
        _position = source.Offset;
        Length = _left = source.Length;
        if (source.Codec is Codec.None)
            return;

        var declared = ReadPrefix(source);
        _position += PrefixLength;
        Length = _left = declared is NotCompressed ? source.Length - PrefixLength : declared;
        if (declared is NotCompressed or 0)
            return;
        _decoder = DecoderOf(source.Codec);
        _decoder.Open(_position, source.Length - PrefixLength, declared);
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    /// <exception cref="InvalidDataException">The buffer ends before, or does not unpack.</exception>
    public void Read(Span<byte> destination)
    {
        if (destination.Length > _left)
            throw new InvalidDataException("it has fewer values than rows");
        _left -= destination.Length;
        if (_decoder is not null)
        {
            _decoder.Read(destination);
            return;
        }

        input.File.Read(_position, destination);
        _position += destination.Length;
    }

    public void Skip(long count)
    {
        if (count > _left)
            throw new InvalidDataException("it has fewer values than rows");
        while (count > 0)
        {
            var step = input.Scratch(Math.Min(count, 1 << 16));
            Read(step);
            count -= step.Length;
        }
    }

    private FrameDecoder DecoderOf(Codec codec) => codec is Codec.Lz4Frame
        ? _lz4 ??= new Lz4FrameDecoder(input)
        : _zstd ??= new ZstdFrameDecoder(input);

    private long ReadPrefix(PackedBuffer source)
    {
        if (source.Length < PrefixLength)
            throw new InvalidDataException("a compressed buffer is too short");
        Span<byte> prefix = stackalloc byte[PrefixLength];
        input.File.Read(source.Offset, prefix);
        var declared = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        return declared is >= NotCompressed and <= TableLimits.BufferBytes
            ? declared
            : throw new InvalidDataException("a compressed buffer declares an impossible length");
    }
}

/// <summary>A buffer as it lies in the file.</summary>
/// <param name="Offset">From the start of the file.</param>
/// <param name="Length">Bytes, packed; 0 when there is none.</param>
/// <param name="Codec">How it is compressed.</param>
internal readonly record struct PackedBuffer(long Offset, long Length, Codec Codec);
