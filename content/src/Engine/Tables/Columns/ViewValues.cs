using System.Buffers.Binary;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>Values behind views of 16 bytes: short ones stand in the view, long ones in data buffers that it points to.</summary>
internal sealed class ViewValues(TableInput input) : ByteValues
{
    const int ViewSize = 16;
    const int LongestInView = 12;

    readonly BufferReader reader = new(input);
    readonly ViewBuffers buffers = new(input);
    byte[] views = [];

    public override ReadOnlySpan<byte> this[int row]
    {
        get
        {
            var view = View(row);
            var length = Length(view);
            return length <= LongestInView ? view.Slice(4, length) : buffers[Buffer(view)].AsSpan(Offset(view), length);
        }
    }

    public override void Start(RecordBatch batch)
    {
        batch.OpenNext(reader);
        buffers.Start(batch);
    }

    public override void Load(int count, ArrowColumn column)
    {
        input.Budget.Grow(ref views, (long)count * ViewSize);
        reader.Read(views.AsSpan(0, count * ViewSize));
        buffers.Forget();
        for (var row = 0; row < count; row++)
        {
            // The view of a null may be anything.
            if (column.IsNull(row))
                View(row).Clear();
            Check(View(row));
        }

        buffers.Load();
    }

    public override long Measure(int start, int end)
    {
        var size = 0L;
        for (var row = start; row < end; row++)
            size += Length(View(row));
        return size;
    }

    void Check(ReadOnlySpan<byte> view)
    {
        var length = Length(view);
        if (length < 0)
            throw new InvalidDataException("it has a view of negative length");
        if (length > LongestInView)
            buffers.Ask(Buffer(view), Offset(view), length);
    }

    Span<byte> View(int row) => views.AsSpan(row * ViewSize, ViewSize);

    static int Length(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view);

    static int Buffer(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view[8..]);

    static int Offset(ReadOnlySpan<byte> view) => BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
}
