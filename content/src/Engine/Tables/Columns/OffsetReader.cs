using System.Buffers.Binary;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A window on a buffer of offsets: where each text or list starts and ends, counted from the window's first.</summary>
/// <param name="input">What it reads from.</param>
/// <param name="isLarge">Whether offsets have 64 bits instead of 32.</param>
internal sealed class OffsetReader(TableInput input, bool isLarge)
{
    readonly BufferReader reader = new(input);
    readonly int width = isLarge ? 8 : 4;
    int[] offsets = [0];
    long last;
    bool isFresh;

    /// <summary>Where value <paramref name="index"/> starts, which is where its predecessor ends.</summary>
    public int this[int index] => offsets[index];

    public void Open(RecordBatch batch)
    {
        batch.OpenNext(reader);
        last = 0;
        isFresh = true;
    }

    /// <summary>Loads the offsets of the next values.</summary>
    /// <returns>How many bytes or items lie before the window and were not in the one before.</returns>
    /// <exception cref="InvalidDataException">Offsets point backward.</exception>
    public long Load(int count)
    {
        var skipped = isFresh && count > 0 ? ReadFirst() : 0;
        Reserve(count);
        var bytes = Bytes(count);
        var (start, before) = (last, 0);
        for (var index = 1; index <= count; index++, bytes = bytes[width..])
        {
            last = Number(bytes);
            var offset = last - start;
            if (offset < before || offset > int.MaxValue)
                throw new InvalidDataException("its offsets point backward, or too far");
            offsets[index] = before = (int)offset;
        }

        return skipped;
    }

    long ReadFirst()
    {
        isFresh = false;
        last = Number(Bytes(1));
        return last >= 0 ? last : throw new InvalidDataException("its offsets are negative");
    }

    void Reserve(int count)
    {
        if (offsets.Length > count)
            return;
        input.Budget.Take(4L * (count + 1 - offsets.Length));
        offsets = new int[count + 1];
    }

    Span<byte> Bytes(int count)
    {
        var bytes = input.Scratch((long)count * width);
        reader.Read(bytes);
        return bytes;
    }

    long Number(ReadOnlySpan<byte> bytes) =>
        isLarge ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
