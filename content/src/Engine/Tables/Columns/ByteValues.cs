using System.Text.Unicode;
using TaskQueue.Tables.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>Values that are bytes, however they are laid out.</summary>
internal abstract class ByteValues
{
    /// <summary>The bytes of a value; of a null, anything or nothing.</summary>
    public abstract ReadOnlySpan<byte> this[int row] { get; }

    public abstract void Start(RecordBatch batch);

    public abstract void Load(int count, ArrowColumn column);

    /// <summary>How many bytes the values of some rows have together.</summary>
    public abstract long Measure(int start, int end);

    /// <exception cref="InvalidDataException">A value that is not null is no strict UTF-8.</exception>
    public virtual void CheckUtf8(ArrowColumn column)
    {
        for (var row = 0; row < column.Count; row++)
        {
            if (!column.IsNull(row) && !Utf8.IsValid(this[row]))
                throw new InvalidDataException("it has text that is not UTF-8");
        }
    }
}
