using System.Buffers.Binary;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Values behind views of 16 bytes: short ones stand in the view, long ones in data buffers that it points to.
/// </summary>
internal sealed class ViewValues(TableInput input) : ByteValues
{
    private const int ViewSize = 16;
    private const int LongestInView = 12;

    private readonly BufferReader _reader = new(input);
    private readonly ViewBuffers _buffers = new(input);
    private byte[] _views = [];

    public override ReadOnlySpan<byte> this[int row]
    {
        get
        {
            var view = View(row);
            var length = Length(view);
            return length <= LongestInView
                ? view.Slice(4, length)
                : _buffers[Buffer(view)].AsSpan(Offset(view), length);
        }
    }

    public override void Start(RecordBatch batch)
    {
        batch.OpenNext(_reader);
        _buffers.Start(batch);
    }

    public override void Load(int count, ArrowColumn column)
    {
        input.Budget.Grow(ref _views, (long)count * ViewSize);
        _reader.Read(_views.AsSpan(0, count * ViewSize));
        _buffers.Forget();
        for (var row = 0; row < count; row++)
        {
            // The view of a null may be anything.
            if (column.IsNull(row))
                View(row).Clear();
            Check(View(row));
        }

        _buffers.Load();
    }

    public override long Measure(int start, int end)
    {
        var size = 0L;
        for (var row = start; row < end; row++)
            size += Length(View(row));
        return size;
    }

    private void Check(ReadOnlySpan<byte> view)
    {
        var length = Length(view);
        if (length < 0)
            throw new InvalidDataException("it has a view of negative length");
        if (length > LongestInView)
            _buffers.Ask(Buffer(view), Offset(view), length);
    }

    private Span<byte> View(int row) => _views.AsSpan(row * ViewSize, ViewSize);

    private static int Length(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view);

    private static int Buffer(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view[8..]);

    private static int Offset(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
}
