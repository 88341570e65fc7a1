using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of bytes, written as base64.</summary>
internal sealed class BinaryColumn(ByteValues values) : ArrowColumn
{
    public override void CheckPlaces(int start, int end) => values.CheckPlaces(start, end, this);

    public override long Measure(int start, int end) =>
        base.Measure(start, end) + (values.Measure(start, end, this) / 3 * 4);

    protected override void LoadValues(ArrayData data) => values.Load(data);

    protected override void WriteValue(Utf8JsonWriter writer, int row) =>
        writer.WriteBase64StringValue(values[First + row]);
}
