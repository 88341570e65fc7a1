using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace TaskQueue.Tables;

/// <summary>
/// Writes a Feather file, version 2, compressed with LZ4, row by row. One batch is in memory at a time.
/// </summary>
/// <remarks>
/// Add a value for each column of a row, then end the row; <see cref="Complete"/> writes what readers look for first.
/// </remarks>
#pragma warning disable CA1001 // What it owns holds nothing but the stream, which is left open.
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

    private void WriteBatch()
    {
        using (var batch = new RecordBatch(_schema, _builders.Select(builder => builder.Build(allocator: null)), _rows))
            _writer.WriteRecordBatch(batch);
        foreach (var builder in _builders)
            builder.Clear();
        (_rows, _bytes) = (0, 0);
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
