using System.Buffers.Binary;
using TaskQueue.Contracts;

namespace TaskQueue.Tables.Guard;

/// <summary>
/// This folder stands between a file that may come from a stranger and Apache.Arrow, which trusts what it reads: it
/// walks the flatbuffers of the footer, the schema and every message header, and believes no offset, depth, count or
/// length. It hands out the bytes that it checked.
/// </summary>
internal sealed class FileGuard
{
    private const int BlockSize = 24;
    private const int FirstOffset = 8;

    private readonly MessageGuard _messages;
    private readonly ByteQuota _declared;

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="NotSupportedException">It has something that is not read.</exception>
    public FileGuard(TableFile file)
    {
        var (bytes, end) = ReadFooter(file);
        var footer = FlatTable.Root(bytes);
        MessageGuard.CheckVersion(footer.Int16(0));
        var schema = new SchemaGuard();
        var columns = schema.Check(footer.Table(1));
        SchemaMessage = SchemaEnvelope.Wrap(bytes, footer.Table(1).Position);

        var dictionaries = ReadBlocks(footer.Structs(2, BlockSize));
        Batches = ReadBlocks(footer.Structs(3, BlockSize));
        CheckBlocks([.. dictionaries, .. Batches], end);

        _messages = new MessageGuard(file, columns, schema.Dictionaries);
        _declared = ByteQuota.ToUnpack(file.Length);
        Dictionaries = CheckDictionaries(dictionaries, schema.Dictionaries);
        RowCount = CheckBatches();
    }

    /// <summary>The schema as the message that a stream begins with.</summary>
    public byte[] SchemaMessage { get; }

    /// <summary>The batches of those dictionaries that columns use, in order.</summary>
    public IReadOnlyList<Block> Dictionaries { get; }

    public IReadOnlyList<Block> Batches { get; }

    public long RowCount { get; }

    /// <summary>Reads and checks the header of one of <see cref="Batches"/> again: the file may have changed.</summary>
    public byte[] ReadBatchHeader(Block block) => _messages.CheckBatch(block).Bytes;

    /// <summary>As <see cref="ReadBatchHeader"/>, of one of <see cref="Dictionaries"/>.</summary>
    public byte[] ReadDictionaryHeader(Block block) =>
        _messages.CheckDictionary(block).Header?.Bytes
        ?? throw new InvalidDataException("it was changed while it was read");

    private static (byte[] Bytes, long Start) ReadFooter(TableFile file)
    {
        var tail = 4 + TableFormat.Magic.Length;
        Span<byte> size = stackalloc byte[4];
        file.Read(file.Length - tail, size);
        var length = BinaryPrimitives.ReadInt32LittleEndian(size);
        if (length <= 0 || length > file.Length - tail - FirstOffset)
            throw new InvalidDataException("the length of its footer is wrong");
        if (length > TableLimits.MetadataBytes)
            throw new NotSupportedException($"its footer has more than {TableLimits.MetadataBytes >> 20} MiB");

        var bytes = new byte[length];
        var start = file.Length - tail - length;
        file.Read(start, bytes);
        return (bytes, start);
    }

    private static Block[] ReadBlocks(ReadOnlySpan<byte> bytes)
    {
        var blocks = new Block[bytes.Length / BlockSize];
        for (var index = 0; index < blocks.Length; index++)
        {
            var block = bytes.Slice(index * BlockSize, BlockSize);
            blocks[index] = new Block(
                BinaryPrimitives.ReadInt64LittleEndian(block),
                BinaryPrimitives.ReadInt32LittleEndian(block[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(block[16..]));
        }

        return blocks;
    }

    private static void CheckBlocks(Block[] blocks, long end)
    {
        Array.Sort(blocks, (one, other) => one.Offset.CompareTo(other.Offset));
        long free = FirstOffset;
        foreach (var block in blocks)
        {
            if (block.HeaderLength <= 0 || block.BodyLength < 0 || block.Offset > end
                || block.HeaderLength > end - block.Offset || block.BodyLength > end - block.Body)
                throw new InvalidDataException("a batch lies outside the file");
            if (block.Offset < free)
                throw new InvalidDataException("two batches overlap");
            free = block.End;
        }
    }

    private List<Block> CheckDictionaries(Block[] blocks, IReadOnlyDictionary<long, GuardedField> fields)
    {
        if (blocks.Length > TableLimits.DictionaryBatches)
            throw new NotSupportedException($"it has more than {TableLimits.DictionaryBatches} dictionary batches");
        var used = new List<Block>();
        var begun = new Dictionary<long, long>();
        foreach (var block in blocks)
        {
            var dictionary = _messages.CheckDictionary(block);
            if (dictionary.Header is not { } header)
                continue;
            var isBegun = begun.TryGetValue(dictionary.Id, out var bytes);
            if (isBegun != dictionary.IsContinued)
                throw new InvalidDataException(dictionary.IsContinued
                    ? "it continues a dictionary that it has not begun"
                    : "it has two dictionaries for one column");
            // Apache.Arrow copies what a dictionary has whenever a part follows.
            _declared.Add(TableLimits.BytesPerCopiedByte * bytes);
            begun[dictionary.Id] = bytes + block.BodyLength + header.Values;
            Count(header);
            used.Add(block);
        }

        foreach (var (id, field) in fields)
        {
            if (Batches.Count > 0 && !begun.ContainsKey(id))
                throw new InvalidDataException($"the dictionary of {Printable.Quote(field.Name)} is missing");
        }

        return used;
    }

    private long CheckBatches()
    {
        var rows = 0L;
        foreach (var block in Batches)
        {
            var header = _messages.CheckBatch(block);
            if (header.Rows > TableLimits.Rows - rows)
                throw new NotSupportedException($"it has more than {TableLimits.Rows:N0} rows");
            rows += header.Rows;
            Count(header);
        }

        return rows;
    }

    /// <summary>Rows and values need not have a single byte in the file, but they take time.</summary>
    private void Count(CheckedHeader header) =>
        _declared.Add((TableLimits.BytesPerRow * header.Rows) + (TableLimits.BytesPerValue * header.Values));
}
