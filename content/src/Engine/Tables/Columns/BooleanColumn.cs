using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

internal sealed class BooleanColumn : ArrowColumn
{
    private ReadOnlyMemory<byte> _bits;

    protected override void LoadValues(ArrayData data) => _bits = data.GetBuffer(1, Bits.Bytes(data.Length));

    protected override void WriteValue(Utf8JsonWriter writer, int row) =>
        writer.WriteBooleanValue(Bits.IsSet(_bits.Span, First + row));
}
