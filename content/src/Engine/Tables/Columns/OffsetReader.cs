using System.Buffers.Binary;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// A window on a buffer of offsets: where each text or list starts and ends, counted from the window's first.
/// </summary>
/// <param name="input">What it reads from.</param>
/// <param name="isLarge">Whether offsets have 64 bits instead of 32.</param>
internal sealed class OffsetReader(TableInput input, bool isLarge)
{
    private readonly BufferReader _reader = new(input);
    private readonly int _width = isLarge ? 8 : 4;
    private int[] _offsets = [0];
    private long _last;
    private bool _isFresh;

    /// <summary>Where value <paramref name="index"/> starts, which is where its predecessor ends.</summary>
    public int this[int index] => _offsets[index];

    public void Open(RecordBatch batch)
    {
        batch.OpenNext(_reader);
        _last = 0;
        _isFresh = true;
    }

    /// <summary>Loads the offsets of the next values.</summary>
    /// <returns>How many bytes or items lie before the window and were not in the one before.</returns>
    /// <exception cref="InvalidDataException">Offsets point backward.</exception>
    public long Load(int count)
    {
        var skipped = _isFresh && count > 0 ? ReadFirst() : 0;
        Reserve(count);
        var bytes = Bytes(count);
        var (start, before) = (_last, 0);
        for (var index = 1; index <= count; index++, bytes = bytes[_width..])
        {
            _last = Number(bytes);
            var offset = _last - start;
            if (offset < before || offset > int.MaxValue)
                throw new InvalidDataException("its offsets point backward, or too far");
            _offsets[index] = before = (int)offset;
        }

        return skipped;
    }

    private long ReadFirst()
    {
        _isFresh = false;
        _last = Number(Bytes(1));
        return _last >= 0 ? _last : throw new InvalidDataException("its offsets are negative");
    }

    private void Reserve(int count)
    {
        if (_offsets.Length > count)
            return;
        input.Budget.Take(4L * (count + 1 - _offsets.Length));
        _offsets = new int[count + 1];
    }

    private Span<byte> Bytes(int count)
    {
        var bytes = input.Scratch((long)count * _width);
        _reader.Read(bytes);
        return bytes;
    }

    private long Number(ReadOnlySpan<byte> bytes) =>
        isLarge ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
