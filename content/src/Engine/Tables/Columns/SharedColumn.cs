using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>A column whose values stand elsewhere, one for any number of rows.</summary>
/// <param name="values">Checked when they are loaded, once.</param>
/// <param name="repeated">What all values of the table may come to.</param>
internal abstract class SharedColumn(ArrowColumn values, ByteQuota repeated) : ArrowColumn
{
    protected ArrowColumn Values => values;

    public sealed override bool IsNull(int row) => IsMarkedNull(row) || values.IsNull(PlaceOf(row));

    public sealed override bool TryGetInt64(int row, out long value) => values.TryGetInt64(PlaceOf(row), out value);

    public sealed override ReadOnlySpan<byte> GetUtf8(int row) => values.GetUtf8(PlaceOf(row));

    public sealed override long Measure(int start, int end)
    {
        var size = base.Measure(start, end);
        for (var row = start; row < end; row++)
        {
            if (IsMarkedNull(row))
                continue;
            var place = PlaceOf(row);
            size += values.Measure(place, place + 1);
            repeated.Check(size);
        }

        return size;
    }

    /// <summary>Which of the values is that of a row.</summary>
    protected abstract int PlaceOf(int row);

    protected void LoadShared(ArrayData data)
    {
        values.Load(data);
        values.Check(0, values.Length, repeated);
    }

    protected sealed override void WriteValue(Utf8JsonWriter writer, int row) => values.WriteJson(writer, PlaceOf(row));
}
