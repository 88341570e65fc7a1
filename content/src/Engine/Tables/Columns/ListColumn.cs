using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of lists of any length, whose items follow each other.</summary>
internal sealed class ListColumn(bool isLarge, ArrowColumn items) : ArrowColumn
{
    private readonly OffsetBuffer _offsets = new(isLarge);

    public override void CheckPlaces(int start, int end)
    {
        _offsets.Check(start, end);
        if (start < end)
            items.CheckPlaces(_offsets[start], _offsets[end]);
    }

    public override long Measure(int start, int end) =>
        start == end ? 0 : base.Measure(start, end) + items.Measure(_offsets[start], _offsets[end]);

    public override void CheckContent(int start, int end)
    {
        if (start < end)
            items.CheckContent(_offsets[start], _offsets[end]);
    }

    protected override void LoadValues(ArrayData data)
    {
        items.Load(data.Children[0]);
        _offsets.Load(data, items.Length);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        row += First;
        writer.WriteStartArray();
        for (var item = _offsets[row]; item < _offsets[row + 1]; item++)
            items.WriteJson(writer, item);
        writer.WriteEndArray();
    }
}
