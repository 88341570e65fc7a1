using System.Buffers.Binary;
using System.Text;

namespace TaskQueue.Tables.Arrow;

/// <summary>A table of a flatbuffer, read without trust: offsets point forward only, and stay inside the buffer.</summary>
/// <remarks>A field that is absent has its default. Numbers need not be aligned.</remarks>
internal readonly ref struct FlatTable
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> buffer;
    readonly int table;
    readonly int tableSize;
    readonly int vtable;
    readonly int vtableSize;

    FlatTable(ReadOnlySpan<byte> buffer, int position)
    {
        this.buffer = buffer;
        table = position;
        var start = position - (long)BinaryPrimitives.ReadInt32LittleEndian(Slice(buffer, position, 4));
        vtableSize = BinaryPrimitives.ReadUInt16LittleEndian(Slice(buffer, start, 4));
        vtable = (int)start;
        tableSize = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(vtable + 2)..]);
        if (vtableSize < 4 || tableSize < 4)
            throw Damaged();
        Slice(buffer, vtable, vtableSize);
        Slice(buffer, table, tableSize);
    }

    public static FlatTable Root(ReadOnlySpan<byte> buffer) => new(buffer, Follow(buffer, 0));

    public bool Has(int field) => Locate(field, 1) is not 0;

    public byte Byte(int field, byte missing = 0) => Locate(field, 1) is var at and not 0 ? buffer[at] : missing;

    public bool Boolean(int field) => Byte(field) is not 0;

    public short Int16(int field, short missing = 0) =>
        Locate(field, 2) is var at and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(buffer[at..]) : missing;

    public int Int32(int field, int missing = 0) =>
        Locate(field, 4) is var at and not 0 ? BinaryPrimitives.ReadInt32LittleEndian(buffer[at..]) : missing;

    public long Int64(int field) =>
        Locate(field, 8) is var at and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(buffer[at..]) : 0;

    public FlatTable Table(int field) =>
        Locate(field, 4) is var at and not 0 ? new(buffer, Follow(buffer, at)) : throw new InvalidDataException("its description lacks a part");

    /// <summary>Text in strict UTF-8; null when it is absent.</summary>
    public string? Text(int field)
    {
        if (!Has(field))
            return null;
        try
        {
            return StrictUtf8.GetString(Structs(field, 1));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("a name in it is not UTF-8");
        }
    }

    /// <summary>The bytes of a vector of numbers or structs of <paramref name="size"/> bytes; none when it is absent.</summary>
    public ReadOnlySpan<byte> Structs(int field, int size)
    {
        if (Locate(field, 4) is not (var at and not 0))
            return [];
        var vector = Follow(buffer, at);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(Slice(buffer, vector, 4));
        return Slice(buffer, vector + 4, count * (long)size);
    }

    /// <summary>How many tables a vector has.</summary>
    public int Count(int field) => Structs(field, 4).Length / 4;

    /// <summary>A table of a vector of tables.</summary>
    public FlatTable Table(int field, int index)
    {
        var vector = Follow(buffer, Locate(field, 4));
        return new(buffer, Follow(buffer, vector + 4 + (4 * index)));
    }

    int Locate(int field, int size)
    {
        var entry = 4 + (2 * field);
        if (entry + 2 > vtableSize)
            return 0;
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(vtable + entry)..]);
        if (offset is 0)
            return 0;
        if (offset < 4 || offset + size > tableSize)
            throw Damaged();
        return table + offset;
    }

    static int Follow(ReadOnlySpan<byte> buffer, int at)
    {
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(Slice(buffer, at, 4));
        if (offset is 0 || at + (long)offset >= buffer.Length)
            throw Damaged();
        return at + (int)offset;
    }

    static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> buffer, long start, long length) =>
        start >= 0 && length <= buffer.Length - start ? buffer.Slice((int)start, (int)length) : throw Damaged();

    static InvalidDataException Damaged() => new("its description points outside itself");
}
