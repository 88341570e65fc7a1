using System.Buffers.Binary;

namespace TaskQueue.Tables.Arrow;

/// <summary>Where a message lies in the file.</summary>
/// <param name="Offset">Of its header, from the start of the file.</param>
/// <param name="HeaderLength">Bytes, padding included; the body follows.</param>
/// <param name="BodyLength">Bytes.</param>
internal readonly record struct Block(long Offset, int HeaderLength, long BodyLength)
{
    public long Body => Offset + HeaderLength;

    public long End => Body + BodyLength;
}

/// <summary>The end of a file: its schema, and where its batches lie.</summary>
internal sealed class Footer
{
    private const int BlockSize = 24;
    private const int FirstOffset = 8;

    private Footer(
        IReadOnlyList<Field> fields,
        IReadOnlyDictionary<long, Field> dictionaries,
        Block[] dictionaryBlocks,
        Block[] batchBlocks)
    {
        Fields = fields;
        Dictionaries = dictionaries;
        DictionaryBlocks = dictionaryBlocks;
        BatchBlocks = batchBlocks;
    }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>The values of each dictionary, by its id.</summary>
    public IReadOnlyDictionary<long, Field> Dictionaries { get; }

    public IReadOnlyList<Block> DictionaryBlocks { get; }

    public IReadOnlyList<Block> BatchBlocks { get; }

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="NotSupportedException">The file has something that is not read.</exception>
    public static Footer Read(TableFile file)
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
        return Parse(FlatTable.Root(bytes), start);
    }

    private static Footer Parse(FlatTable footer, long end)
    {
        MessageReader.CheckVersion(footer.Int16(0));
        var schema = new SchemaReader();
        var fields = schema.Read(footer.Table(1));
        var dictionaries = ReadBlocks(footer.Structs(2, BlockSize));
        var batches = ReadBlocks(footer.Structs(3, BlockSize));
        CheckBlocks([.. dictionaries, .. batches], end);
        return new Footer(fields, schema.Dictionaries, dictionaries, batches);
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
}
