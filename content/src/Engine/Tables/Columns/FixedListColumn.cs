using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists of the same length each.</summary>
internal sealed class FixedListColumn(TableInput input, int size, ArrowColumn items) : ArrowColumn(input)
{
    public override long Measure(int start, int end) =>
        base.Measure(start, end) + items.Measure(start * size, end * size);

    protected override void StartValues(RecordBatch batch, long length)
    {
        if (size > 0 && length > TableLimits.BatchValues / size)
            throw new InvalidDataException("it has an impossible number of values");
        items.Start(batch, length * size);
    }

    protected override void LoadValues(int count)
    {
        if ((long)count * size > int.MaxValue)
            throw new InvalidDataException("it has too many values in a few rows");
        items.Load(count * size);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartArray();
        for (var item = row * size; item < (row + 1) * size; item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }
}
