using System.Text;
using System.Text.Unicode;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Values that follow each other in one buffer, with a buffer of offsets: utf8, binary and their large kin.
/// </summary>
internal sealed class OffsetValues(TableInput input, bool isLarge) : ByteValues
{
    private readonly OffsetReader _offsets = new(input, isLarge);
    private readonly BufferReader _reader = new(input);
    private byte[] _bytes = [];
    private int _size;

    public override ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);

    public override void Start(RecordBatch batch)
    {
        _offsets.Open(batch);
        batch.OpenNext(_reader);
    }

    public override void Load(int count, ArrowColumn column)
    {
        _reader.Skip(_offsets.Load(count));
        _size = _offsets[count];
        input.Budget.Grow(ref _bytes, _size);
        _reader.Read(_bytes.AsSpan(0, _size));
    }

    public override long Measure(int start, int end) => _offsets[end] - _offsets[start];

    public override void CheckUtf8(ArrowColumn column)
    {
        var text = _bytes.AsSpan(0, _size);
        if (Ascii.IsValid(text) || (Utf8.IsValid(text) && AllStartWhole(column.Count)))
            return;
        // The bytes of nulls may be anything: look value by value.
        base.CheckUtf8(column);
    }

    /// <summary>Whether no value starts within a character.</summary>
    private bool AllStartWhole(int count)
    {
        for (var row = 0; row < count; row++)
        {
            if (_offsets[row] < _size && (_bytes[_offsets[row]] & 0xC0) is 0x80)
                return false;
        }

        return true;
    }
}
