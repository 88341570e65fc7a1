using System.Numerics;
using System.Text.Json;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// Floats, as the shortest number that reads back as the same value; what JSON has no number for becomes a string.
/// </summary>
internal sealed class FloatColumn<T> : FixedColumn<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void WriteValue(Utf8JsonWriter writer, int row)
    {
        var value = this[row];
        if (!T.IsFinite(value))
            writer.WriteStringValue(T.IsNaN(value) ? "NaN"u8 : T.IsPositive(value) ? "Infinity"u8 : "-Infinity"u8);
        else if (typeof(T) == typeof(double))
            writer.WriteNumberValue(double.CreateTruncating(value));
        else
            writer.WriteNumberValue(float.CreateTruncating(value));
    }
}
