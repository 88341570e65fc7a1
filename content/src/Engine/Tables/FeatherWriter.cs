using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace TaskQueue.Tables;

/// <summary>
/// Writes a Feather file, version 2, compressed with LZ4, row by row. One batch is in memory at a time.
/// </summary>
/// <remarks>
/// Add a row, or a value for each of its columns and then its end; <see cref="Complete"/> writes what readers look for first.
/// </remarks>
#pragma warning disable CA1001 // It owns nothing but the stream, which is left open.
public sealed class FeatherWriter
#pragma warning restore CA1001
{
    private const int BatchRows = 65_536;
    private const int BatchBytes = 16 << 20;
    private const int BytesPerValue = 8;

    private static readonly IpcOptions Lz4 = new()
    {
        CompressionCodec = CompressionCodecType.Lz4Frame,
        CompressionCodecFactory = new CompressionCodecFactory(),
    };

    private readonly FeatherColumn[] _columns;
    private readonly IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>>[] _builders;
    private readonly Schema _schema;
    private readonly ArrowFileWriter _writer;
    private int _rows;
    private int _bytes;

    /// <param name="stream">Where the file goes, at its start; it is left open.</param>
    /// <param name="columns">In the order in which values are added.</param>
    public FeatherWriter(Stream stream, IEnumerable<FeatherColumn> columns)
    {
        _columns = [.. columns];
        _builders = [.. _columns.Select(MakeBuilder)];
        _schema = new Schema(_columns.Select(MakeField), metadata: null);
        _writer = new ArrowFileWriter(stream, _schema, leaveOpen: true, Lz4);
        _writer.WriteStart();
    }

    public void AddNull(int column) => _builders[column].AppendNull();

    public void Add(int column, long value) => Builder<Int64Array.Builder>(column).Append(value);

    public void Add(int column, double value) => Builder<DoubleArray.Builder>(column).Append(value);

    public void Add(int column, bool value) => Builder<BooleanArray.Builder>(column).Append(value);

    /// <param name="column">A column of text.</param>
    /// <param name="utf8">Valid UTF-8.</param>
    public void Add(int column, ReadOnlySpan<byte> utf8)
    {
        Builder<StringArray.Builder>(column).Append(utf8);
        _bytes += utf8.Length;
    }

    public void Add(int column, DateOnly value) => Builder<Date32Array.Builder>(column).Append(value);

    /// <param name="column">A column of timestamps, with or without zone.</param>
    /// <param name="value">A moment; where the column has no zone, one whose clock in UTC shows the time.</param>
    public void Add(int column, DateTimeOffset value) =>
        Builder<TimestampArray.Builder>(column).Append(value);

    /// <summary>Adds a whole row.</summary>
    /// <param name="cells">For each column a bool, long, double, date, moment or text, or null.</param>
    public void AddRow(IReadOnlyList<object?> cells)
    {
        for (var column = 0; column < cells.Count; column++)
            AddCell(column, cells[column]);
        EndRow();
    }

    /// <exception cref="InvalidOperationException">A column has no value in this row, or several.</exception>
    public void EndRow()
    {
        _rows++;
        foreach (var builder in _builders)
        {
            if (builder.Length != _rows)
                throw new InvalidOperationException("Every column of a row needs one value.");
        }

        _bytes += BytesPerValue * _builders.Length;
        if (_rows == BatchRows || _bytes >= BatchBytes)
            WriteBatch();
    }

    /// <summary>Writes the last rows and the footer.</summary>
    public void Complete()
    {
        if (_rows > 0)
            WriteBatch();
        _writer.WriteEnd();
    }

    private void AddCell(int column, object? cell)
    {
        switch (cell)
        {
            case null:
                AddNull(column);
                break;
            case bool value:
                Add(column, value);
                break;
            case long value:
                Add(column, value);
                break;
            case double value:
                Add(column, value);
                break;
            case DateOnly value:
                Add(column, value);
                break;
            case DateTimeOffset value:
                Add(column, value);
                break;
            default:
                Add(column, Encoding.UTF8.GetBytes((string)cell));
                break;
        }
    }

    private void WriteBatch()
    {
        IArrowArray[] arrays = [.. _builders.Select(builder => builder.Build(allocator: null))];
        using (new RecordBatch(_schema, arrays, _rows))
            _writer.WriteRecordBatch(new RecordBatch(_schema, arrays.Select(Trim), _rows));
        foreach (var builder in _builders)
            builder.Clear();
        (_rows, _bytes) = (0, 0);
    }

    /// <summary>
    /// The same values without the zeros that fill up their buffers: where LZ4 saves nothing, a buffer is written as it is,
    /// and polars takes all of it for values.
    /// </summary>
    private static IArrowArray Trim(IArrowArray array)
    {
        var (data, rows) = (array.Data, array.Length);
        var bits = BitUtility.ByteCount(rows);
        int[] lengths = array switch
        {
            StringArray text => [bits, (rows + 1) * sizeof(int), text.ValueOffsets[rows]],
            BooleanArray => [bits, bits],
            Date32Array => [bits, rows * sizeof(int)],
            _ => [bits, rows * BytesPerValue],
        };
        return ArrowArrayFactory.BuildArray(new ArrayData(
            data.DataType, rows, data.NullCount, data.Offset,
            data.Buffers.Zip(lengths, (buffer, length) => buffer.IsEmpty ? buffer : new ArrowBuffer(buffer.Memory[..length]))));
    }

    private TBuilder Builder<TBuilder>(int column)
        where TBuilder : class => _builders[column] as TBuilder ?? throw new InvalidOperationException(
            $"Column {_columns[column].Name} holds values of kind {_columns[column].Kind}.");

    private static Field MakeField(FeatherColumn column) => new(column.Name, TypeOf(column), nullable: true);

    private static IArrowArrayBuilder<IArrowArray, IArrowArrayBuilder<IArrowArray>> MakeBuilder(FeatherColumn column) =>
        TypeOf(column) switch
        {
            Int64Type => new Int64Array.Builder(),
            DoubleType => new DoubleArray.Builder(),
            BooleanType => new BooleanArray.Builder(),
            StringType => new StringArray.Builder(),
            Date32Type => new Date32Array.Builder(),
            var timestamp => new TimestampArray.Builder((TimestampType)timestamp),
        };

    private static IArrowType TypeOf(FeatherColumn column) => column.Kind switch
    {
        ColumnKind.Integer => Int64Type.Default,
        ColumnKind.Float => DoubleType.Default,
        ColumnKind.Boolean => BooleanType.Default,
        ColumnKind.Text => StringType.Default,
        ColumnKind.Date => Date32Type.Default,
        ColumnKind.Timestamp => new TimestampType(TimeUnit.Microsecond, column.HasZone ? "UTC" : null),
        _ => throw new NotSupportedException($"Columns of kind {column.Kind} are not written."),
    };
}
