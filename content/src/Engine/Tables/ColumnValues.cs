using System.Text.Json;

namespace TaskQueue.Tables;

/// <summary>The values of one column in one batch. Rows count from 0 within the batch.</summary>
public abstract class ColumnValues
{
    public abstract bool IsNull(int row);

    /// <summary>Writes the value as JSON, null included.</summary>
    /// <remarks>
    /// Whole numbers are exact; floats are the shortest text that reads back, and the strings NaN, Infinity and
    /// -Infinity
    /// where JSON has no number. Decimals are strings with all their digits, binary is base64. Dates and times are
    /// ISO 8601: timestamps with a zone end with Z, durations are seconds (<c>PT90.5S</c>), fractions have up to nine
    /// digits,
    /// and years outside of four digits a sign. Intervals keep their months and days: <c>P1Y2M3DT4.5S</c>. Lists are
    /// arrays, structs are objects; maps are objects where their keys are text, and arrays of pairs otherwise.
    /// </remarks>
    public abstract void WriteJson(Utf8JsonWriter writer, int row);

    /// <summary>
    /// The value as a whole number, when the column is <see cref="ColumnKind.Integer"/> and the value fits.
    /// </summary>
    public virtual bool TryGetInt64(int row, out long value)
    {
        value = 0;
        return false;
    }

    /// <summary>
    /// The UTF-8 bytes of a value of a <see cref="ColumnKind.Text"/> column, valid until the next batch.
    /// </summary>
    /// <exception cref="NotSupportedException">The column is of another kind.</exception>
    public virtual ReadOnlySpan<byte> GetUtf8(int row) => throw new NotSupportedException("Not a text column.");
}
