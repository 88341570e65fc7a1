using System.Buffers;
using System.Buffers.Binary;
using TaskQueue.Tables.Arrow;

namespace TaskQueue.Tables.Writing;

/// <summary>Gathers the values of one column until a batch is full.</summary>
internal sealed class ColumnWriter(FeatherColumn column)
{
    private readonly ArrayBufferWriter<byte> _validity = new();
    private readonly ArrayBufferWriter<byte> _offsets = new();
    private readonly ArrayBufferWriter<byte> _values = new();
    private byte _validBits;
    private byte _trueBits;

    /// <summary>The column in the schema.</summary>
    public FlatRecord Field { get; } = SchemaWriter.Field(column);

    public int Count { get; private set; }

    public int NullCount { get; private set; }

    /// <summary>Bytes gathered so far.</summary>
    public int Size => _validity.WrittenCount + _offsets.WrittenCount + _values.WrittenCount;

    public void AddNull()
    {
        NullCount++;
        switch (column.Kind)
        {
            case ColumnKind.Text or ColumnKind.Boolean:
                break;
            case ColumnKind.Date:
                AddNumber(_values, 0);
                break;
            default:
                AddNumber(0L);
                break;
        }

        End(isValid: false);
    }

    public void Add(long value)
    {
        Expect(column.Kind is ColumnKind.Integer or ColumnKind.Timestamp);
        AddNumber(value);
        End(isValid: true);
    }

    public void Add(double value)
    {
        Expect(column.Kind is ColumnKind.Float);
        AddNumber(BitConverter.DoubleToInt64Bits(value));
        End(isValid: true);
    }

    public void Add(bool value)
    {
        Expect(column.Kind is ColumnKind.Boolean);
        _trueBits |= (byte)((value ? 1 : 0) << (Count & 7));
        End(isValid: true);
    }

    public void AddDay(int day)
    {
        Expect(column.Kind is ColumnKind.Date);
        AddNumber(_values, day);
        End(isValid: true);
    }

    public void Add(ReadOnlySpan<byte> utf8)
    {
        Expect(column.Kind is ColumnKind.Text);
        _values.Write(utf8);
        End(isValid: true);
    }

    /// <summary>Hands out the buffers in the order of the format, and starts anew.</summary>
    public void Flush(Action<ReadOnlyMemory<byte>> write)
    {
        if ((Count & 7) is not 0)
            EndBits();
        write(NullCount > 0 ? _validity.WrittenMemory : default);
        if (column.Kind is ColumnKind.Text)
            write(_offsets.WrittenMemory);
        write(_values.WrittenMemory);
        _validity.ResetWrittenCount();
        _offsets.ResetWrittenCount();
        _values.ResetWrittenCount();
        (Count, NullCount) = (0, 0);
    }

    private void AddNumber(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_values.GetSpan(8), value);
        _values.Advance(8);
    }

    private void End(bool isValid)
    {
        if (column.Kind is ColumnKind.Text)
        {
            if (Count is 0)
                AddNumber(_offsets, 0);
            AddNumber(_offsets, _values.WrittenCount);
        }

        _validBits |= (byte)((isValid ? 1 : 0) << (Count & 7));
        if ((++Count & 7) is 0)
            EndBits();
    }

    private void EndBits()
    {
        _validity.Write([_validBits]);
        if (column.Kind is ColumnKind.Boolean)
            _values.Write([_trueBits]);
        (_validBits, _trueBits) = (0, 0);
    }

    private static void AddNumber(ArrayBufferWriter<byte> buffer, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), number);
        buffer.Advance(4);
    }

    private void Expect(bool isRight)
    {
        if (!isRight)
            throw new InvalidOperationException($"Column {column.Name} holds values of kind {column.Kind}.");
    }
}
