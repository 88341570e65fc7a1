using System.Buffers.Binary;
using System.Text;

namespace TaskQueue.Tests.Tables;

/// <summary>A table of a flatbuffer that is to be written. Parts are written behind what refers to them.</summary>
internal sealed class FlatRecord
{
    private readonly SortedDictionary<int, Part> _fields = [];

    public FlatRecord Set(int field, byte value) => Set(field, new Part([value]));

    public FlatRecord Set(int field, bool value) => Set(field, (byte)(value ? 1 : 0));

    public FlatRecord Set(int field, short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        return Set(field, new Part(bytes));
    }

    public FlatRecord Set(int field, int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Set(field, new Part(bytes));
    }

    public FlatRecord Set(int field, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Set(field, new Part(bytes));
    }

    public FlatRecord Set(int field, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Set(field, new Part(new byte[4], Vector: [.. bytes, 0], Count: bytes.Length));
    }

    /// <summary>Sets a vector of numbers of eight bytes, or of structs that are made of such.</summary>
    public FlatRecord Set(int field, ReadOnlySpan<long> numbers, int perStruct = 1)
    {
        var bytes = new byte[8 * numbers.Length];
        for (var index = 0; index < numbers.Length; index++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * index), numbers[index]);
        return Set(field, new Part(new byte[4], Vector: bytes, Count: numbers.Length / perStruct));
    }

    public FlatRecord Set(int field, FlatRecord record) => Set(field, new Part(new byte[4], Records: [record]));

    public FlatRecord Set(int field, IEnumerable<FlatRecord> records)
    {
        FlatRecord[] all = [.. records];
        return Set(field, new Part(new byte[4], Records: all, Count: all.Length));
    }

    /// <summary>The flatbuffer of which this is the root.</summary>
    public byte[] ToBytes()
    {
        var buffer = new FlatBytes();
        var open = new Queue<(int At, Part Part)>();
        open.Enqueue((buffer.Append(new byte[4]), new Part([], Records: [this])));
        while (open.TryDequeue(out var next))
            Write(buffer, next.At, next.Part, open);
        return buffer.ToArray();
    }

    private static void Write(FlatBytes buffer, int at, Part part, Queue<(int At, Part Part)> open)
    {
        if (part.Vector is not null)
        {
            // Padded so that what follows the count is aligned.
            buffer.Align(8, ahead: 4);
            buffer.Refer(at, buffer.Append(part.Count));
            buffer.Append(part.Vector);
        }
        else if (part.Records is [var single] && part.Count is Part.IsNoVector)
        {
            buffer.Refer(at, single.WriteTable(buffer, open));
        }
        else if (part.Records is not null)
        {
            buffer.Align(4, ahead: 0);
            buffer.Refer(at, buffer.Append(part.Count));
            foreach (var record in part.Records)
                open.Enqueue((buffer.Append(new byte[4]), new Part([], Records: [record])));
        }
    }

    private int WriteTable(FlatBytes buffer, Queue<(int At, Part Part)> open)
    {
        var slots = _fields.Count is 0 ? 0 : _fields.Keys.Max() + 1;
        buffer.Align(2, ahead: 0);
        var vtable = buffer.Append(new byte[4 + (2 * slots)]);
        buffer.Align(8, ahead: 4);
        var table = buffer.Append(new byte[4]);
        // The widest first, so that each is aligned.
        foreach (var (field, part) in _fields.OrderByDescending(pair => pair.Value.Inline.Length))
        {
            var at = buffer.Append(part.Inline);
            buffer.Set(vtable + 4 + (2 * field), (ushort)(at - table));
            open.Enqueue((at, part));
        }

        buffer.Set(vtable, (ushort)(4 + (2 * slots)));
        buffer.Set(vtable + 2, (ushort)(buffer.Length - table));
        buffer.Set(table, table - vtable);
        return table;
    }

    private FlatRecord Set(int field, Part part)
    {
        _fields[field] = part;
        return this;
    }

    /// <param name="Inline">What stands in the table: a number, or room for an offset.</param>
    /// <param name="Vector">Bytes that the offset leads to, behind their count.</param>
    /// <param name="Records">Tables that the offset leads to.</param>
    /// <param name="Count">How many structs or tables; not set for a single table.</param>
    private sealed record Part(
        byte[] Inline, byte[]? Vector = null, FlatRecord[]? Records = null, int Count = Part.IsNoVector)
    {
        public const int IsNoVector = -1;
    }
}
