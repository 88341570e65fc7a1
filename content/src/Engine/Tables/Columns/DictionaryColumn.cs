using System.Buffers.Binary;
using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values stand in a dictionary; the batches hold their places in it.</summary>
internal sealed class DictionaryColumn(TableInput input, ArrowType index, ValueDictionary dictionary)
    : ArrowColumn(input)
{
    private readonly BufferReader _reader = new(input);
    private readonly int _width = index.Width / 8;
    private int[] _places = [];

    public override bool IsNull(int row) => base.IsNull(row) || dictionary.IsNull(_places[row]);

    public override bool TryGetInt64(int row, out long value) => dictionary.TryGetInt64(_places[row], out value);

    public override ReadOnlySpan<byte> GetUtf8(int row) => dictionary.GetUtf8(_places[row]);

    public override long Measure(int start, int end)
    {
        var size = 0L;
        for (var row = start; row < end; row++)
            size += dictionary.Measure(_places[row]);
        return size;
    }

    protected override void StartValues(RecordBatch batch, long length) => batch.OpenNext(_reader);

    protected override void LoadValues(int count)
    {
        if (_places.Length < count)
        {
            Input.Budget.Take(4L * (count - _places.Length));
            _places = new int[count];
        }

        var bytes = Input.Scratch((long)count * _width);
        _reader.Read(bytes);
        for (var row = 0; row < count; row++, bytes = bytes[_width..])
        {
            if (base.IsNull(row))
                _places[row] = 0;
            else if (ReadPlace(bytes) is var place && place < (ulong)dictionary.Count)
                _places[row] = (int)place;
            else
                throw new InvalidDataException(
                    $"it refers to a value that its dictionary of {dictionary.Count} does not have");
        }
    }

    /// <summary>A negative place becomes one that is too large.</summary>
    private ulong ReadPlace(ReadOnlySpan<byte> bytes) => _width switch
    {
        1 => index.IsSigned ? (ulong)(sbyte)bytes[0] : bytes[0],
        2 => index.IsSigned
            ? (ulong)BinaryPrimitives.ReadInt16LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => index.IsSigned
            ? (ulong)BinaryPrimitives.ReadInt32LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };

    protected override void WriteValue(Utf8JsonWriter writer, int row) => dictionary.WriteJson(writer, _places[row]);
}
