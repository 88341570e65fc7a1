using System.Numerics;
using System.Text.Json;

namespace TaskQueue.Tables.Columns;

internal readonly struct IntegerFormat<T> : IValueFormat<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public void Write(Utf8JsonWriter writer, T value)
    {
        if (typeof(T) == typeof(ulong))
            writer.WriteNumberValue(ulong.CreateTruncating(value));
        else
            writer.WriteNumberValue(long.CreateTruncating(value));
    }

    public bool TryGetInt64(T value, out long number)
    {
        number = long.CreateTruncating(value);
        return number >= 0 || typeof(T) != typeof(ulong);
    }
}

/// <summary>
/// The shortest number that reads back as the same value; what JSON has no number for becomes a string.
/// </summary>
internal readonly struct DoubleFormat : IValueFormat<double>
{
    public void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }
}

internal readonly struct SingleFormat : IValueFormat<float>
{
    public void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            default(DoubleFormat).Write(writer, value);
    }
}

internal readonly struct HalfFormat : IValueFormat<Half>
{
    public void Write(Utf8JsonWriter writer, Half value) => default(SingleFormat).Write(writer, (float)value);
}
