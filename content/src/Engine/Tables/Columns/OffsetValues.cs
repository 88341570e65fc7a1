using System.Text;
using System.Text.Unicode;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Values that follow each other in one buffer, with a buffer of offsets: utf8, binary and their large kin.
/// </summary>
internal sealed class OffsetValues(bool isLarge) : ByteValues
{
    private readonly OffsetBuffer _offsets = new(isLarge);
    private ReadOnlyMemory<byte> _bytes;

    public override ReadOnlySpan<byte> this[int row] => Slice(row, row + 1);

    public override void Load(ArrayData data)
    {
        _bytes = data.GetBuffer(2);
        _offsets.Load(data, _bytes.Length);
    }

    public override void CheckPlaces(int start, int end, ArrowColumn column) => _offsets.Check(start, end);

    public override long Measure(int start, int end, ArrowColumn column) =>
        start == end ? 0 : _offsets[end] - _offsets[start];

    public override void CheckUtf8(int start, int end, ArrowColumn column)
    {
        if (start == end)
            return;
        var text = Slice(start, end);
        if (Ascii.IsValid(text) || (Utf8.IsValid(text) && AllStartWhole(start, end)))
            return;
        // The bytes of nulls may be anything: look value by value.
        base.CheckUtf8(start, end, column);
    }

    private ReadOnlySpan<byte> Slice(int start, int end) => _bytes.Span[_offsets[start].._offsets[end]];

    /// <summary>Whether no value starts within a character.</summary>
    private bool AllStartWhole(int start, int end)
    {
        var bytes = _bytes.Span[.._offsets[end]];
        for (var row = start; row < end; row++)
        {
            if (_offsets[row] < bytes.Length && (bytes[_offsets[row]] & 0xC0) is 0x80)
                return false;
        }

        return true;
    }
}
