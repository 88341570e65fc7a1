using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values have a fixed width.</summary>
internal sealed class FixedColumn<T, TFormat>(TFormat format) : ArrowColumn
    where T : unmanaged
    where TFormat : struct, IValueFormat<T>
{
    private ReadOnlyMemory<byte> _values;

    private T this[int row] => MemoryMarshal.Read<T>(_values.Span[((First + row) * Unsafe.SizeOf<T>())..]);

    public override bool TryGetInt64(int row, out long value) => format.TryGetInt64(this[row], out value);

    protected override void LoadValues(ArrayData data) =>
        _values = data.GetBuffer(1, (long)data.Length * Unsafe.SizeOf<T>());

    protected override void WriteValue(Utf8JsonWriter writer, int row) => format.Write(writer, this[row]);
}
