using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TaskQueue.Tables.Arrow;
using TaskQueue.Tables.Compression;
using TaskQueue.Tables.Writing;

namespace TaskQueue.Tables;

/// <summary>
/// Writes a Feather file, version 2, compressed with LZ4, row by row. One batch is in memory at a time.
/// </summary>
/// <remarks>
/// Add a value for each column of a row, then end the row; <see cref="Complete"/> writes what readers look for first.
/// </remarks>
public sealed class FeatherWriter
{
    private const int BatchRows = 65_536;
    private const int BatchBytes = 16 << 20;
    private const int Alignment = 8;

    private readonly Stream _stream;
    private readonly ColumnWriter[] _columns;
    private readonly FlatRecord _schema;
    private readonly Lz4FrameEncoder _encoder = new();
    private readonly List<byte> _body = [];
    private readonly List<long> _blocks = [];
    private long _position;
    private int _rows;

    /// <param name="stream">Where the file goes; it is left open.</param>
    /// <param name="columns">In the order in which values are added.</param>
    public FeatherWriter(Stream stream, IEnumerable<FeatherColumn> columns)
    {
        _stream = stream;
        _columns = [.. columns.Select(column => new ColumnWriter(column))];
        _schema = SchemaWriter.Schema(_columns.Select(column => column.Field));
        Write(TableFormat.Magic);
        Pad();
        WriteMessage(SchemaWriter.Message(SchemaWriter.SchemaMessage, _schema, bodyLength: 0));
    }

    public void AddNull(int column) => _columns[column].AddNull();

    public void Add(int column, long value) => _columns[column].Add(value);

    public void Add(int column, double value) => _columns[column].Add(value);

    public void Add(int column, bool value) => _columns[column].Add(value);

    /// <param name="column">A column of text.</param>
    /// <param name="utf8">Valid UTF-8.</param>
    public void Add(int column, ReadOnlySpan<byte> utf8) => _columns[column].Add(utf8);

    public void Add(int column, DateOnly value) =>
        _columns[column].AddDay(value.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    /// <param name="column">A column of timestamps, with or without zone.</param>
    /// <param name="value">A moment; where the column has no zone, one whose clock in UTC shows the wanted time.</param>
    public void Add(int column, DateTimeOffset value) =>
        _columns[column].Add((value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <exception cref="InvalidOperationException">A column has no value in this row, or several.</exception>
    public void EndRow()
    {
        _rows++;
        var size = 0L;
        foreach (var column in _columns)
        {
            if (column.Count != _rows)
                throw new InvalidOperationException("Every column of a row needs one value.");
            size += column.Size;
        }

        if (_rows == BatchRows || size >= BatchBytes)
            WriteBatch();
    }

    /// <summary>Writes the last rows and the footer.</summary>
    public void Complete()
    {
        if (_rows > 0)
            WriteBatch();
        WriteNumber(-1);
        WriteNumber(0);
        var footer = SchemaWriter.Footer(_schema, _blocks.ToArray());
        Write(footer);
        WriteNumber(footer.Length);
        Write(TableFormat.Magic);
    }

    private void WriteBatch()
    {
        var nodes = _columns.SelectMany(column => new long[] { column.Count, column.NullCount }).ToArray();
        var buffers = new List<long>();
        _body.Clear();
        foreach (var column in _columns)
            column.Flush(buffer => WriteBuffer(buffer.Span, buffers));

        var batch = SchemaWriter.Batch(_rows, nodes, buffers.ToArray());
        var start = _position;
        WriteMessage(SchemaWriter.Message(SchemaWriter.BatchMessage, batch, _body.Count));
        _blocks.AddRange([start, _position - start, _body.Count]);
        Write(CollectionsMarshal.AsSpan(_body));
        _rows = 0;
    }

    private void WriteBuffer(ReadOnlySpan<byte> buffer, List<long> buffers)
    {
        var start = _body.Count;
        if (!buffer.IsEmpty)
            _encoder.Write(buffer, _body);
        buffers.AddRange([start, _body.Count - start]);
        while (_body.Count % Alignment is not 0)
            _body.Add(0);
    }

    private void WriteMessage(byte[] message)
    {
        WriteNumber(-1);
        WriteNumber(message.Length + (-message.Length & (Alignment - 1)));
        Write(message);
        Pad();
    }

    private void Pad()
    {
        while (_position % Alignment is not 0)
            Write([0]);
    }

    private void WriteNumber(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        Write(bytes);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
    }
}
