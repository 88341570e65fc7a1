using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of bytes, written as base64.</summary>
internal sealed class BinaryColumn(TableInput input, ByteValues values) : ArrowColumn(input)
{
    public override long Measure(int start, int end) => base.Measure(start, end) + (values.Measure(start, end) / 3 * 4);

    protected override void StartValues(RecordBatch batch, long length) => values.Start(batch);

    protected override void LoadValues(int count) => values.Load(count, this);

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteBase64StringValue(values[row]);
}
