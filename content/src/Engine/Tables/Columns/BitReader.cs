using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A window on a buffer of bits. Windows need not start at whole bytes.</summary>
internal sealed class BitReader(TableInput input)
{
    readonly BufferReader reader = new(input);
    byte[] bytes = [];
    int first;
    int count;

    public bool this[int index]
    {
        get
        {
            var bit = first + index;
            return (bytes[bit >> 3] >> (bit & 7) & 1) is not 0;
        }
    }

    /// <returns>Whether the buffer is there.</returns>
    public bool Open(RecordBatch batch)
    {
        first = count = 0;
        batch.OpenNext(reader);
        return reader.Length > 0;
    }

    public void Load(int bits)
    {
        var next = first + count;
        first = next & 7;
        count = bits;
        // The bits behind the last window may share its last byte.
        var shared = first is 0 ? (byte)0 : bytes[next >> 3];
        var kept = first is 0 ? 0 : 1;
        var size = (first + bits + 7) / 8;
        input.Budget.Grow(ref bytes, Math.Max(1, size));
        bytes[0] = shared;
        if (size > kept)
            reader.Read(bytes.AsSpan(kept, size - kept));
    }
}
