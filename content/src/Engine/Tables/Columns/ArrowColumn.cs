using System.Text.Json;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;

namespace TaskQueue.Tables.Columns;

/// <summary>
/// A column that is read window by window. All that its values refer to is checked when a window is loaded.
/// </summary>
internal abstract class ArrowColumn(TableInput input) : ColumnValues
{
    /// <summary>Passed to <see cref="Start"/> when a field may have any number of values.</summary>
    public const long AnyLength = -1;

    private long _left;
    private bool _hasValidity;

    protected TableInput Input => input;

    protected BitReader Validity { get; } = new(input);

    /// <summary>Number of values in the window.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the field's node and buffers out of a batch.</summary>
    /// <param name="batch">Hands out nodes and buffers in the order of the schema.</param>
    /// <param name="expected">How many values the field must have, or <see cref="AnyLength"/>.</param>
    /// <exception cref="InvalidDataException">It has another number of values.</exception>
    public void Start(RecordBatch batch, long expected)
    {
        var node = batch.NextNode();
        if (expected is not AnyLength && node.Length != expected)
            throw new InvalidDataException($"it has {node.Length} values where {expected} should be");
        _left = node.Length;
        StartValidity(batch, node);
        StartValues(batch, node.Length);
    }

    /// <summary>Loads the next <paramref name="count"/> values as the window.</summary>
    /// <exception cref="InvalidDataException">There are fewer, or they are damaged.</exception>
    public void Load(int count)
    {
        if (count > _left)
            throw new InvalidDataException("it has fewer values than rows");
        _left -= count;
        Count = count;
        if (_hasValidity)
            Validity.Load(count);
        LoadValues(count);
    }

    /// <summary>Passes over values without looking at them.</summary>
    public void Skip(long count)
    {
        for (; count > 0; count -= Count)
            Load((int)Math.Min(count, TableLimits.WindowRows));
    }

    /// <summary>Measures the window.</summary>
    /// <returns>About how many bytes of JSON it takes.</returns>
    /// <exception cref="InvalidDataException">The window or one of its values is too large.</exception>
    public long CheckSize()
    {
        var size = Measure(0, Count);
        CheckWindow(size);
        for (var row = 0; row < Count && size > TableLimits.RowBytes; row++)
        {
            if (Measure(row, row + 1) > TableLimits.RowBytes)
                throw new InvalidDataException($"a value of it has more than {TableLimits.RowBytes >> 20} MiB");
        }

        return size;
    }

    public override bool IsNull(int row) => _hasValidity && !Validity[row];

    public sealed override void WriteJson(Utf8JsonWriter writer, int row)
    {
        if (IsNull(row))
            writer.WriteNullValue();
        else
            WriteValue(writer, row);
    }

    /// <summary>About how many bytes of JSON the values of some rows take, and not less than half of it.</summary>
    public virtual long Measure(int start, int end) => 8L * (end - start);

    protected void CheckWindow(long size)
    {
        if (size > TableLimits.WindowJsonBytes)
            throw new InvalidDataException(
                $"{Count} of its values come to more than {TableLimits.WindowJsonBytes >> 20} MiB");
    }

    protected virtual void StartValidity(RecordBatch batch, FieldNode node)
    {
        _hasValidity = Validity.Open(batch);
        if (!_hasValidity && node.NullCount > 0)
            throw new InvalidDataException("it has nulls, but does not say which rows are null");
    }

    protected abstract void StartValues(RecordBatch batch, long length);

    protected abstract void LoadValues(int count);

    protected abstract void WriteValue(Utf8JsonWriter writer, int row);
}
