using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

internal sealed class TextColumn(TableInput input, ByteValues values) : ArrowColumn(input)
{
    public override ReadOnlySpan<byte> GetUtf8(int row) => values[row];

    public override long Measure(int start, int end) => base.Measure(start, end) + values.Measure(start, end);

    protected override void StartValues(RecordBatch batch, long length) => values.Start(batch);

    protected override void LoadValues(int count)
    {
        values.Load(count, this);
        CheckWindow(values.Measure(0, count));
        values.CheckUtf8(this);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteStringValue(values[row]);
}
