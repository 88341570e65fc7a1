using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

internal sealed class TextColumn(ByteValues values) : ArrowColumn
{
    public override ReadOnlySpan<byte> GetUtf8(int row) => values[First + row];

    public override void CheckPlaces(int start, int end) => values.CheckPlaces(start, end, this);

    public override long Measure(int start, int end) =>
        base.Measure(start, end) + values.Measure(start, end, this);

    public override void CheckContent(int start, int end) => values.CheckUtf8(start, end, this);

    protected override void LoadValues(ArrayData data) => values.Load(data);

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteStringValue(values[First + row]);
}
