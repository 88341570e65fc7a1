using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists that may lie anywhere among the items, over one another too.</summary>
internal sealed class ListViewColumn(bool isLarge, ArrowColumn items, ByteQuota repeated) : ArrowColumn
{
    private ReadOnlyMemory<byte> _offsets;
    private ReadOnlyMemory<byte> _sizes;

    private int Width => isLarge ? 8 : 4;

    public override void CheckPlaces(int start, int end)
    {
        for (var row = start; row < end; row++)
        {
            if (IsNull(row))
                continue;
            var (offset, size) = (Read(_offsets, row), Read(_sizes, row));
            if (offset < 0 || size < 0 || offset > items.Length || size > items.Length - offset)
                throw new InvalidDataException("it has a list that lies outside its items");
        }
    }

    public override long Measure(int start, int end)
    {
        var size = base.Measure(start, end);
        for (var row = start; row < end; row++)
        {
            if (IsNull(row))
                continue;
            size += items.Measure(Start(row), End(row));
            repeated.Check(size);
        }

        return size;
    }

    protected override void LoadValues(ArrayData data)
    {
        _offsets = data.GetBuffer(1, (long)data.Length * Width);
        _sizes = data.GetBuffer(2, (long)data.Length * Width);
        items.Load(data.Children[0]);
        items.Check(0, items.Length, repeated);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        row += First;
        writer.WriteStartArray();
        for (var item = Start(row); item < End(row); item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }

    private int Start(int row) => (int)Read(_offsets, row);

    private int End(int row) => Start(row) + (int)Read(_sizes, row);

    private long Read(ReadOnlyMemory<byte> buffer, int row) => isLarge
        ? MemoryMarshal.Read<long>(buffer.Span[(8 * row)..])
        : MemoryMarshal.Read<int>(buffer.Span[(4 * row)..]);
}
