using System.Numerics;
using System.Text.Json;

namespace TaskQueue.Tables.Columns;

internal sealed class IntegerColumn<T> : FixedColumn<T> where T : unmanaged, IBinaryInteger<T>
{
    public override bool TryGetInt64(int row, out long value)
    {
        value = long.CreateTruncating(this[row]);
        return value >= 0 || typeof(T) != typeof(ulong);
    }

    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        if (typeof(T) == typeof(ulong))
            writer.WriteNumberValue(ulong.CreateTruncating(this[row]));
        else
            writer.WriteNumberValue(long.CreateTruncating(this[row]));
    }
}
