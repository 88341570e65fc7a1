using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>Values of the same number of bytes each.</summary>
internal sealed class FixedValues(int width) : ByteValues
{
    private ReadOnlyMemory<byte> _bytes;

    public override ReadOnlySpan<byte> this[int row] => _bytes.Span.Slice(row * width, width);

    public override void Load(ArrayData data) => _bytes = data.GetBuffer(1, (long)data.Length * width);

    public override long Measure(int start, int end, ArrowColumn column) => (end - start) * (long)width;
}
