using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

internal sealed class BooleanColumn(TableInput input) : ArrowColumn(input)
{
    private readonly BitReader _bits = new(input);

    protected override void StartValues(RecordBatch batch, long length) => _bits.Open(batch);

    protected override void LoadValues(int count) => _bits.Load(count);

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteBooleanValue(_bits[row]);
}
