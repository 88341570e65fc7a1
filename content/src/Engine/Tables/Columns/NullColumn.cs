using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column of nothing but nulls, which has no buffers.</summary>
internal sealed class NullColumn : ArrowColumn
{
    public override bool IsNull(int row) => true;

    protected override void LoadValues(ArrayData data) { }

    protected override void WriteValue(Utf8JsonWriter writer, int row) => writer.WriteNullValue();
}
