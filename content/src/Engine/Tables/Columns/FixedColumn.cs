using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values have a fixed width.</summary>
internal abstract class FixedColumn<T> : ArrowColumn where T : unmanaged
{
    private ReadOnlyMemory<byte> _values;

    protected T this[int row] => MemoryMarshal.Read<T>(_values.Span[((First + row) * Unsafe.SizeOf<T>())..]);

    protected override void LoadValues(ArrayData data) =>
        _values = data.GetBuffer(1, (long)data.Length * Unsafe.SizeOf<T>());
}
