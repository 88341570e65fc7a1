using System.Text;
using System.Text.Unicode;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>Values that follow each other in one buffer, with a buffer of offsets: utf8, binary and their large kin.</summary>
internal sealed class OffsetValues(TableInput input, bool isLarge) : ByteValues
{
    readonly OffsetReader offsets = new(input, isLarge);
    readonly BufferReader reader = new(input);
    byte[] bytes = [];
    int size;

    public override ReadOnlySpan<byte> this[int row] => bytes.AsSpan(offsets[row], offsets[row + 1] - offsets[row]);

    public override void Start(RecordBatch batch)
    {
        offsets.Open(batch);
        batch.OpenNext(reader);
    }

    public override void Load(int count, ArrowColumn column)
    {
        reader.Skip(offsets.Load(count));
        size = offsets[count];
        input.Budget.Grow(ref bytes, size);
        reader.Read(bytes.AsSpan(0, size));
    }

    public override long Measure(int start, int end) => offsets[end] - offsets[start];

    public override void CheckUtf8(ArrowColumn column)
    {
        var text = bytes.AsSpan(0, size);
        if (Ascii.IsValid(text) || (Utf8.IsValid(text) && AllStartWhole(column.Count)))
            return;
        // The bytes of nulls may be anything: look value by value.
        base.CheckUtf8(column);
    }

    /// <summary>Whether no value starts within a character.</summary>
    bool AllStartWhole(int count)
    {
        for (var row = 0; row < count; row++)
        {
            if (offsets[row] < size && (bytes[offsets[row]] & 0xC0) is 0x80)
                return false;
        }

        return true;
    }
}
