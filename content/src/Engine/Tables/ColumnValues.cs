using System.Text.Json;

namespace TaskQueue.Tables;

/// <summary>The values of one column in one batch. Rows count from 0 within the batch.</summary>
public abstract class ColumnValues
{
    public abstract bool IsNull(int row);

    /// <summary>Writes the value as JSON, null included. int64 stays exact; dates and times are ISO 8601; binary is base64.</summary>
    public abstract void WriteJson(Utf8JsonWriter writer, int row);

    /// <summary>The value as a whole number, when the column is <see cref="ColumnKind.Integer"/> and the value fits.</summary>
    public virtual bool TryGetInt64(int row, out long value)
    {
        value = 0;
        return false;
    }

    /// <summary>The UTF-8 bytes of a value of a <see cref="ColumnKind.Text"/> column, valid until the next batch.</summary>
    /// <exception cref="NotSupportedException">The column is of another kind.</exception>
    public virtual ReadOnlySpan<byte> GetUtf8(int row) => throw new NotSupportedException("Not a text column.");
}
