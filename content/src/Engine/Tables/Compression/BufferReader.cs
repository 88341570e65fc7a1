using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Reads one buffer of a batch from its start to its end, unpacking it where it is compressed.</summary>
internal sealed class BufferReader(TableInput input)
{
    const int PrefixLength = 8;
    const long NotCompressed = -1;

    long position;
    long left;
    FrameDecoder? decoder;
    Lz4FrameDecoder? lz4;
    ZstdFrameDecoder? zstd;

    /// <summary>Bytes, unpacked.</summary>
    public long Length { get; private set; }

    /// <summary>What is being read.</summary>
    public PackedBuffer Source { get; private set; }

    /// <exception cref="InvalidDataException">It does not declare its length.</exception>
    public void Open(PackedBuffer source)
    {
        Source = source;
        decoder = null;
        position = source.Offset;
        Length = left = source.Length;
        if (source.Codec is Codec.None)
            return;

        var declared = ReadPrefix(source);
        position += PrefixLength;
        Length = left = declared is NotCompressed ? source.Length - PrefixLength : declared;
        if (declared is NotCompressed or 0)
            return;
        decoder = DecoderOf(source.Codec);
        decoder.Open(position, source.Length - PrefixLength, declared);
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    /// <exception cref="InvalidDataException">The buffer ends before, or does not unpack.</exception>
    public void Read(Span<byte> destination)
    {
        if (destination.Length > left)
            throw new InvalidDataException("it has fewer values than rows");
        left -= destination.Length;
        if (decoder is not null)
        {
            decoder.Read(destination);
            return;
        }

        input.File.Read(position, destination);
        position += destination.Length;
    }

    public void Skip(long count)
    {
        if (count > left)
            throw new InvalidDataException("it has fewer values than rows");
        while (count > 0)
        {
            var step = input.Scratch(Math.Min(count, 1 << 16));
            Read(step);
            count -= step.Length;
        }
    }

    FrameDecoder DecoderOf(Codec codec) => codec is Codec.Lz4Frame
        ? lz4 ??= new Lz4FrameDecoder(input)
        : zstd ??= new ZstdFrameDecoder(input);

    long ReadPrefix(PackedBuffer source)
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
