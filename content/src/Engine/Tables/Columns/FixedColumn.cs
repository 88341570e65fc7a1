using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values have a fixed width.</summary>
internal sealed class FixedColumn<T, TFormat>(TableInput input, TFormat format) : ArrowColumn(input)
    where T : unmanaged
    where TFormat : struct, IValueFormat<T>
{
    private readonly BufferReader _reader = new(input);
    private byte[] _bytes = [];

    private T this[int row] => MemoryMarshal.Read<T>(_bytes.AsSpan(row * Unsafe.SizeOf<T>()));

    public override bool TryGetInt64(int row, out long value) => format.TryGetInt64(this[row], out value);

    protected override void StartValues(RecordBatch batch, long length) => batch.OpenNext(_reader);

    protected override void LoadValues(int count)
    {
        var size = (long)count * Unsafe.SizeOf<T>();
        Input.Budget.Grow(ref _bytes, size);
        _reader.Read(_bytes.AsSpan(0, (int)size));
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row) => format.Write(writer, this[row]);
}
