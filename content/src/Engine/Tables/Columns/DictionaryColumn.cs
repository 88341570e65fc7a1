using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values stand in a dictionary; the batches hold their places in it.</summary>
internal sealed class DictionaryColumn(IntegerType index, ArrowColumn values, ByteQuota repeated)
    : SharedColumn(values, repeated)
{
    private readonly int _width = index.BitWidth / 8;
    private ReadOnlyMemory<byte> _places;
    private ArrayData? _dictionary;

    public override void CheckPlaces(int start, int end)
    {
        for (var row = start; row < end; row++)
        {
            // The place of a null may be anything.
            if (!IsMarkedNull(row) && ReadPlace(row) >= (ulong)Values.Length)
                throw new InvalidDataException(
                    $"it refers to a value that its dictionary of {Values.Length} does not have");
        }
    }

    protected override int PlaceOf(int row) => (int)ReadPlace(row);

    protected override void LoadValues(ArrayData data)
    {
        _places = data.GetBuffer(1, (long)data.Length * _width);
        // All batches of a file have the same one.
        if (ReferenceEquals(data.Dictionary, _dictionary))
            return;
        LoadShared(data.Dictionary);
        _dictionary = data.Dictionary;
    }

    /// <summary>A negative place becomes one that is too large.</summary>
    private ulong ReadPlace(int row)
    {
        var bytes = _places.Span[((First + row) * _width)..];
        return _width switch
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
    }
}
