using System.Runtime.InteropServices;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Values behind views of 16 bytes: short ones stand in the view, long ones in data buffers that it points to.
/// </summary>
internal sealed class ViewValues : ByteValues
{
    private const int LongestInView = 12;

    private readonly List<ReadOnlyMemory<byte>> _buffers = [];
    private ReadOnlyMemory<byte> _views;

    public override ReadOnlySpan<byte> this[int row]
    {
        get
        {
            var view = ViewOf(row);
            return view.Length <= LongestInView
                ? _views.Span.Slice((row * View.Size) + 4, view.Length)
                : _buffers[view.Buffer].Span.Slice(view.Offset, view.Length);
        }
    }

    public override void Load(ArrayData data)
    {
        _views = data.Buffers[1].Memory;
        if (_views.Length < (long)data.Length * View.Size)
            throw new InvalidDataException("it has fewer values than rows");
        _buffers.Clear();
        foreach (var buffer in data.Buffers.Skip(2))
            _buffers.Add(buffer.Memory);
    }

    public override void CheckPlaces(int start, int end, ArrowColumn column)
    {
        for (var row = start; row < end; row++)
        {
            // The view of a null may be anything.
            if (!column.IsNull(row) && !IsInside(ViewOf(row)))
                throw new InvalidDataException("it has a view that points outside its buffers");
        }
    }

    public override long Measure(int start, int end, ArrowColumn column)
    {
        var size = 0L;
        for (var row = start; row < end; row++)
            size += column.IsNull(row) ? 0 : ViewOf(row).Length;
        return size;
    }

    private bool IsInside(View view) => view.Length <= LongestInView
        ? view.Length >= 0
        : (uint)view.Buffer < (uint)_buffers.Count && view.Offset >= 0
            && view.Length <= _buffers[view.Buffer].Length - view.Offset;

    private View ViewOf(int row) => MemoryMarshal.Read<View>(_views.Span[(row * View.Size)..]);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct View
    {
        public const int Size = 16;

        public readonly int Length;
        public readonly int Prefix;
        public readonly int Buffer;
        public readonly int Offset;
    }
}
