using System.Buffers.Binary;

namespace TaskQueue.Tables.Compression;

/// <summary>Reads one buffer of a batch from its start to its end, unpacking it where it is compressed.</summary>
internal sealed class BufferReader(TableInput input)
{
    private const int PrefixLength = 8;
    private const long NotCompressed = -1;
    private const int SpillStep = 1 << 18;

    private long _position;
    private long _left;
    private readonly FrameDecoders _decoders = new(input);
    private FrameDecoder? _decoder;
    private bool _isToSpill;
    private bool _isSpilled;

    /// <summary>Bytes, unpacked.</summary>
    public long Length { get; private set; }

    /// <summary>What is being read.</summary>
    public PackedBuffer Source { get; private set; }

    /// <exception cref="InvalidDataException">It does not declare its length.</exception>
    public void Open(PackedBuffer source)
    {
        Source = source;
        _decoder = null;
        _isToSpill = _isSpilled = false;
        _position = source.Offset;
        Length = _left = source.Length;
        if (source.Codec is Codec.None)
            return;

        var declared = ReadPrefix(source);
        _position += PrefixLength;
        Length = _left = declared is NotCompressed ? source.Length - PrefixLength : declared;
        if (declared is NotCompressed or 0)
            return;
        _decoder = _decoders.TryGet(source.Codec);
        _isToSpill = _decoder?.TryOpen(_position, source.Length - PrefixLength, declared) is not true;
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    /// <exception cref="InvalidDataException">The buffer ends before, or does not unpack.</exception>
    public void Read(Span<byte> destination)
    {
        if (destination.Length > _left)
            throw new InvalidDataException("it has fewer values than rows");
        if (_isToSpill)
            Spill();
        _left -= destination.Length;
        if (_decoder is not null)
            _decoder.Read(destination);
        else if (_isSpilled)
            input.Spill.Read(_position, destination);
        else
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

    /// <summary>Unpacks the whole buffer to a file, with the one decoder that all such buffers share.</summary>
    private void Spill()
    {
        var decoder = input.SharedDecoders.Get(Source.Codec);
        decoder.Open(_position, Source.Length - PrefixLength, Length);
        var first = -1L;
        for (var left = Length; left > 0;)
        {
            var step = input.Scratch(Math.Min(left, SpillStep));
            decoder.Read(step);
            var offset = input.Spill.Append(step);
            first = first < 0 ? offset : first;
            left -= step.Length;
        }

        (_decoder, _position, _isToSpill, _isSpilled) = (null, first, false, true);
    }

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
