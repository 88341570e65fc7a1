using System.Text.Unicode;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>Values that are bytes, however they are laid out.</summary>
internal abstract class ByteValues
{
    /// <summary>The bytes of a value that is not null.</summary>
    public abstract ReadOnlySpan<byte> this[int row] { get; }

    public abstract void Load(ArrayData data);

    /// <exception cref="InvalidDataException">A value lies where no bytes are.</exception>
    public virtual void CheckPlaces(int start, int end, ArrowColumn column) { }

    /// <summary>How many bytes the values of some rows have together.</summary>
    public abstract long Measure(int start, int end, ArrowColumn column);

    /// <exception cref="InvalidDataException">A value that is not null is no strict UTF-8.</exception>
    public virtual void CheckUtf8(int start, int end, ArrowColumn column)
    {
        for (var row = start; row < end; row++)
            CheckUtf8(row, column);
    }

    protected void CheckUtf8(int row, ArrowColumn column)
    {
        if (!column.IsNull(row) && !Utf8.IsValid(this[row]))
            throw new InvalidDataException("it has text that is not UTF-8");
    }
}
