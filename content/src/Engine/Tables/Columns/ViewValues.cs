using System.Runtime.InteropServices;
using System.Text;
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
    private bool _isAscii;

    public override ReadOnlySpan<byte> this[int row]
    {
        get
        {
            ref readonly var view = ref Views[row];
            return view.Length <= LongestInView
                ? MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in view, 1)).Slice(4, view.Length)
                : _buffers[view.Buffer].Span.Slice(view.Offset, view.Length);
        }
    }

    public override void Load(ArrayData data)
    {
        _views = data.GetBuffer(1, (long)data.Length * View.Size);
        _buffers.Clear();
        foreach (var buffer in data.Buffers.Skip(2))
            _buffers.Add(buffer.Memory);
        _isAscii = _buffers.TrueForAll(buffer => Ascii.IsValid(buffer.Span));
    }

    public override void CheckPlaces(int start, int end, ArrowColumn column)
    {
        var views = Views;
        for (var row = start; row < end; row++)
        {
            // The view of a null may be anything.
            if (!IsInside(views[row]) && !column.IsNull(row))
                throw new InvalidDataException("it has a view that points outside its buffers");
        }
    }

    public override long Measure(int start, int end, ArrowColumn column)
    {
        var views = Views;
        var size = 0L;
        for (var row = start; row < end; row++)
            size += column.HasNulls && column.IsNull(row) ? 0 : views[row].Length;
        return size;
    }

    public override void CheckUtf8(int start, int end, ArrowColumn column)
    {
        var views = Views;
        for (var row = start; row < end; row++)
        {
            if (!(views[row].Length <= LongestInView ? views[row].IsAscii : _isAscii))
                CheckUtf8(row, column);
        }
    }

    private ReadOnlySpan<View> Views => MemoryMarshal.Cast<byte, View>(_views.Span);

    private bool IsInside(in View view) => view.Length <= LongestInView
        ? view.Length >= 0
        : (uint)view.Buffer < (uint)_buffers.Count && view.Offset >= 0
            && view.Length <= _buffers[view.Buffer].Length - view.Offset;

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct View
    {
        public const int Size = 16;

        public readonly int Length;
        public readonly int Prefix;
        public readonly int Buffer;
        public readonly int Offset;

        /// <summary>Of a view that holds its value.</summary>
        public bool IsAscii => ((Prefix | Buffer | Offset) & 0x80808080) is 0;
    }
}
