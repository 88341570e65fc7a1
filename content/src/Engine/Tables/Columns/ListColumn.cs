using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists of any length.</summary>
internal sealed class ListColumn(TableInput input, bool isLarge, ArrowColumn items) : ArrowColumn(input)
{
    private readonly OffsetReader _offsets = new(input, isLarge);

    public override long Measure(int start, int end) =>
        base.Measure(start, end) + items.Measure(_offsets[start], _offsets[end]);

    protected override void StartValues(RecordBatch batch, long length)
    {
        _offsets.Open(batch);
        items.Start(batch, AnyLength);
    }

    protected override void LoadValues(int count)
    {
        items.Skip(_offsets.Load(count));
        items.Load(_offsets[count]);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        writer.WriteStartArray();
        for (var item = _offsets[row]; item < _offsets[row + 1]; item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }
}
