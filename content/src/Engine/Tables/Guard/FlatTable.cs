using System.Buffers.Binary;
using System.Text;

namespace TaskQueue.Tables.Guard;

/// <summary>
/// A table of a flatbuffer, read without trust: offsets point forward only, and stay inside the buffer.
/// </summary>
/// <remarks>
/// A field that is absent has its default. Numbers need not be aligned. Sizes that Apache.Arrow would read as negative
/// are refused, so that it sees the same table.
/// </remarks>
internal readonly ref struct FlatTable
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _buffer;
    private readonly int _table;
    private readonly int _tableSize;
    private readonly int _vtable;
    private readonly int _vtableSize;

    private FlatTable(ReadOnlySpan<byte> buffer, int position)
    {
        _buffer = buffer;
        _table = position;
        var start = position - (long)BinaryPrimitives.ReadInt32LittleEndian(Slice(buffer, position, 4));
        _vtableSize = BinaryPrimitives.ReadUInt16LittleEndian(Slice(buffer, start, 4));
        _vtable = (int)start;
        _tableSize = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(_vtable + 2)..]);
        if (_vtableSize is < 4 or > short.MaxValue || _tableSize is < 4 or > short.MaxValue)
            throw Damaged();
        Slice(buffer, _vtable, _vtableSize);
        Slice(buffer, _table, _tableSize);
    }

    public static FlatTable Root(ReadOnlySpan<byte> buffer) => new(buffer, Follow(buffer, 0));

    /// <summary>Where the table stands in its buffer.</summary>
    public int Position => _table;

    public bool Has(int field) => Locate(field, 1) is not 0;

    public byte Byte(int field, byte missing = 0) => Locate(field, 1) is var at and not 0 ? _buffer[at] : missing;

    public bool Boolean(int field) => Byte(field) is not 0;

    public short Int16(int field, short missing = 0) =>
        Locate(field, 2) is var at and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(_buffer[at..]) : missing;

    public int Int32(int field, int missing = 0) =>
        Locate(field, 4) is var at and not 0 ? BinaryPrimitives.ReadInt32LittleEndian(_buffer[at..]) : missing;

    public long Int64(int field) =>
        Locate(field, 8) is var at and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(_buffer[at..]) : 0;

    /// <exception cref="InvalidDataException">It is absent.</exception>
    public FlatTable Table(int field) => Locate(field, 4) is var at and not 0
        ? new(_buffer, Follow(_buffer, at))
        : throw new InvalidDataException("its description lacks a part");

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

    /// <summary>
    /// The bytes of a vector of numbers or structs of <paramref name="size"/> bytes; none when it is absent.
    /// </summary>
    public ReadOnlySpan<byte> Structs(int field, int size)
    {
        if (Locate(field, 4) is not (var at and not 0))
            return [];
        var vector = Follow(_buffer, at);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(Slice(_buffer, vector, 4));
        return Slice(_buffer, vector + 4, count * (long)size);
    }

    /// <summary>How many tables a vector has.</summary>
    public int Count(int field) => Structs(field, 4).Length / 4;

    /// <summary>A table of a vector of tables.</summary>
    public FlatTable Table(int field, int index)
    {
        var vector = Follow(_buffer, Locate(field, 4));
        return new(_buffer, Follow(_buffer, vector + 4 + (4 * index)));
    }

    private int Locate(int field, int size)
    {
        var entry = 4 + (2 * field);
        if (entry + 2 > _vtableSize)
            return 0;
        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_buffer[(_vtable + entry)..]);
        if (offset is 0)
            return 0;
        if (offset < 4 || offset + size > _tableSize)
            throw Damaged();
        return _table + offset;
    }

    private static int Follow(ReadOnlySpan<byte> buffer, int at)
    {
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(Slice(buffer, at, 4));
        if (offset is 0 || at + (long)offset >= buffer.Length)
            throw Damaged();
        return at + (int)offset;
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> buffer, long start, long length) =>
        start >= 0 && length <= buffer.Length - start ? buffer.Slice((int)start, (int)length) : throw Damaged();

    private static InvalidDataException Damaged() => new("its description points outside itself");
}
