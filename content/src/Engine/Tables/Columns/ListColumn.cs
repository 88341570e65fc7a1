using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists of any length.</summary>
internal sealed class ListColumn(TableInput input, bool isLarge, ArrowColumn items) : ArrowColumn(input)
{
    readonly OffsetReader offsets = new(input, isLarge);

    public override long Measure(int start, int end) =>
        base.Measure(start, end) + items.Measure(offsets[start], offsets[end]);

    protected override void StartValues(RecordBatch batch, long length)
    {
        offsets.Open(batch);
        items.Start(batch, AnyLength);
    }

    protected override void LoadValues(int count)
    {
        items.Skip(offsets.Load(count));
        items.Load(offsets[count]);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartArray();
        for (var item = offsets[row]; item < offsets[row + 1]; item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }
}
