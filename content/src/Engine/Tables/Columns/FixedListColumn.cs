using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists of the same length each.</summary>
internal sealed class FixedListColumn(int size, ArrowColumn items) : ArrowColumn
{
    public override void CheckPlaces(int start, int end) => items.CheckPlaces(start * size, end * size);

    public override long Measure(int start, int end) =>
        base.Measure(start, end) + items.Measure(start * size, end * size);

    public override void CheckContent(int start, int end) => items.CheckContent(start * size, end * size);

    protected override void LoadValues(ArrayData data)
    {
        items.Load(data.Children[0]);
        if (items.Length < (long)data.Length * size)
            throw new InvalidDataException("it has fewer values than rows");
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        row += First;
        writer.WriteStartArray();
        for (var item = row * size; item < (row + 1) * size; item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }
}
