using System.Buffers.Binary;
using TaskQueue.Tables.Guard;

namespace TaskQueue.Tests.Tables;

/// <summary>Makes files by hand, right or wrong in every part.</summary>
internal sealed class ArrowFile
{
    public const byte SchemaHeader = 1;
    public const byte DictionaryHeader = 2;
    public const byte BatchHeader = 3;
    public const short Version1 = 0;
    public const short Version4 = 3;
    public const short Version5 = 4;

    private readonly List<byte> _bytes = [.. "ARROW1\0\0"u8];
    private readonly FlatRecord _schema;

    public ArrowFile(params FlatRecord[] fields) => _schema = new FlatRecord().Set(1, fields);

    /// <summary>Offset, header length and body length of each block.</summary>
    public List<long> Batches { get; } = [];

    public List<long> Dictionaries { get; } = [];

    /// <summary>Of the metadata.</summary>
    public short Version { get; init; } = Version5;

    /// <summary>Whether messages begin with the mark that version 0.15 brought.</summary>
    public bool HasMark { get; init; } = true;

    /// <summary>1 for big-endian numbers.</summary>
    public short Endianness { get; init; }

    public static FlatRecord Field(
        string name, FieldType id, FlatRecord? type = null, params FlatRecord[] children) =>
        new FlatRecord().Set(0, name).Set(1, true).Set(2, (byte)id).Set(3, type ?? new FlatRecord()).Set(5, children);

    public static FlatRecord Int(int width, bool isSigned = true) => new FlatRecord().Set(0, width).Set(1, isSigned);

    /// <summary>The header of a batch.</summary>
    /// <param name="length">Rows.</param>
    /// <param name="nodes">Length and number of nulls of each field.</param>
    /// <param name="buffers">Offset and length of each buffer.</param>
    /// <param name="codec">0 for LZ4, 1 for ZSTD, none when null.</param>
    /// <param name="variadic">Numbers of data buffers of view columns.</param>
    public static FlatRecord Batch(
        long length, long[] nodes, long[] buffers, byte? codec = null, params long[] variadic)
    {
        var batch = new FlatRecord()
            .Set(0, length)
            .Set(1, nodes, perStruct: 2)
            .Set(2, buffers, perStruct: 2)
            .Set(4, variadic);
        return codec is null ? batch : batch.Set(3, new FlatRecord().Set(0, codec.Value));
    }

    public ArrowFile Add(FlatRecord batch, byte[] body) => Add(Batches, BatchHeader, batch, body);

    public ArrowFile AddDictionary(long id, FlatRecord batch, byte[] body, bool isDelta = false) =>
        Add(Dictionaries, DictionaryHeader, new FlatRecord().Set(0, id).Set(1, batch).Set(2, isDelta), body);

    /// <summary>Writes a file of one batch, whose body is zeros that take no room on the disk.</summary>
    public void WriteWithHole(string path, FlatRecord batch, long bodyLength)
    {
        AddHeader(Batches, BatchHeader, batch, bodyLength);
        using var file = File.Create(path);
        file.Write([.. _bytes]);
        file.Position += bodyLength;
        _bytes.Clear();
        file.Write(ToBytes());
    }

    public byte[] ToBytes()
    {
        var footer = new FlatRecord()
            .Set(0, Version)
            .Set(1, _schema.Set(0, Endianness))
            .Set(2, Dictionaries.ToArray(), perStruct: 3)
            .Set(3, Batches.ToArray(), perStruct: 3);
        return ToBytes(footer.ToBytes());
    }

    public byte[] ToBytes(byte[] footer)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. _bytes, .. footer, .. length, .. "ARROW1"u8];
    }

    private ArrowFile Add(List<long> blocks, byte type, FlatRecord header, byte[] body)
    {
        body = [.. body, .. new byte[-body.Length & 7]];
        AddHeader(blocks, type, header, body.Length);
        _bytes.AddRange(body);
        return this;
    }

    private void AddHeader(List<long> blocks, byte type, FlatRecord header, long bodyLength)
    {
        var message = new FlatRecord().Set(0, Version).Set(1, type).Set(2, header).Set(3, bodyLength).ToBytes();
        message = [.. message, .. new byte[-message.Length & 7]];
        byte[] prefix = [.. HasMark ? BitConverter.GetBytes(-1) : [], .. BitConverter.GetBytes(message.Length)];
        blocks.AddRange([_bytes.Count, prefix.Length + message.Length, bodyLength]);
        _bytes.AddRange(prefix);
        _bytes.AddRange(message);
    }
}
