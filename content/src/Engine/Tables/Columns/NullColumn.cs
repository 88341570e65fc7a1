using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of nothing but nulls, which has no buffers.</summary>
internal sealed class NullColumn(TableInput input) : ArrowColumn(input)
{
    public override bool IsNull(int row) => true;

    protected override void StartValidity(RecordBatch batch, FieldNode node) { }

    protected override void StartValues(RecordBatch batch, long length) { }

    protected override void LoadValues(int count) { }

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteNullValue();
}
