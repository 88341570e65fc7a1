using System.Text.Json;
using Apache.Arrow;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// A column over the buffers of a record batch. Nothing in them is trusted: <see cref="Load"/> checks how long they
/// are, <see cref="Check"/> what the values of some rows refer to, before these are handed out.
/// </summary>
internal abstract class ArrowColumn : ColumnValues
{
    private ReadOnlyMemory<byte> _validity;

    /// <summary>Number of values.</summary>
    public int Length { get; private set; }

    /// <summary>Whether rows are marked as null.</summary>
    public bool HasNulls { get; private set; }

    /// <summary>
    /// Rows count from here: from the start of a window; from 0 within lists and structs, and while values are checked.
    /// </summary>
    protected int First { get; private set; }

    /// <summary>Takes the column's buffers.</summary>
    /// <exception cref="InvalidDataException">They are too short.</exception>
    public void Load(ArrayData data)
    {
        (Length, First) = (data.Length, 0);
        LoadValidity(data);
        LoadValues(data);
    }

    /// <summary>Checks the values of some rows, which count from 0 then.</summary>
    public void MoveTo(int start, int end, ByteQuota repeated)
    {
        First = 0;
        Check(start, end, repeated);
        First = start;
    }

    /// <summary>Checks the values of some rows.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">Behind the last.</param>
    /// <param name="repeated">What all values of the table may come to.</param>
    /// <exception cref="InvalidDataException">One refers to what is not there, is no text, or is too large.</exception>
    public void Check(int start, int end, ByteQuota repeated)
    {
        CheckPlaces(start, end);
        var size = Measure(start, end);
        repeated.Add(size);
        for (var row = start; row < end && size > TableLimits.RowBytes; row++)
        {
            if (Measure(row, row + 1) > TableLimits.RowBytes)
                throw new InvalidDataException($"a value of it has more than {TableLimits.RowBytes >> 20} MiB");
        }

        CheckContent(start, end);
    }

    public override bool IsNull(int row) => IsMarkedNull(row);

    public sealed override void WriteJson(Utf8JsonWriter writer, int row)
    {
        if (IsMarkedNull(row))
            writer.WriteNullValue();
        else
            WriteValue(writer, row);
    }

    /// <summary>
    /// Checks that what the values of some rows refer to is there. Values that several rows may share are checked when they are
    /// loaded, so that no byte is looked at again and again.
    /// </summary>
    public virtual void CheckPlaces(int start, int end) { }

    /// <summary>About how many bytes of JSON the values of some rows take, and not less than half of it.</summary>
    /// <remarks>Eight at least for each value that is looked at, so that a quota bounds the time too.</remarks>
    public virtual long Measure(int start, int end) => 8L * (end - start);

    /// <summary>Checks the values of some rows, once they are known not to be too much.</summary>
    public virtual void CheckContent(int start, int end) { }

    protected abstract void LoadValues(ArrayData data);

    /// <summary>Writes a value that is not marked as null.</summary>
    protected abstract void WriteValue(Utf8JsonWriter writer, int row);

    /// <summary>Whether the row itself is null, wherever its value stands.</summary>
    protected bool IsMarkedNull(int row) => HasNulls && !Bits.IsSet(_validity.Span, First + row);

    private void LoadValidity(ArrayData data)
    {
        HasNulls = false;
        if (data.Buffers is not [var validity, ..])
            return;
        if (validity.IsEmpty && data.NullCount > 0)
            throw new InvalidDataException("it has nulls, but does not say which rows are null");
        if (validity.IsEmpty)
            return;
        _validity = data.GetBuffer(0, Bits.Bytes(data.Length));
        HasNulls = !Bits.AreAllSet(_validity.Span, data.Length);
    }
}
