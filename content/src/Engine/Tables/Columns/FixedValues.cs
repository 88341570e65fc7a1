using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>Values of the same number of bytes each.</summary>
internal sealed class FixedValues(TableInput input, int width) : ByteValues
{
    private readonly BufferReader _reader = new(input);
    private byte[] _bytes = [];

    public override ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(row * width, width);

    public override void Start(RecordBatch batch) => batch.OpenNext(_reader);

    public override void Load(int count, ArrowColumn column)
    {
        var size = (long)count * width;
        input.Budget.Grow(ref _bytes, size);
        _reader.Read(_bytes.AsSpan(0, (int)size));
    }

    public override long Measure(int start, int end) => (end - start) * (long)width;
}
