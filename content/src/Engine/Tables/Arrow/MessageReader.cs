using System.Buffers.Binary;

namespace TaskQueue.Tables.Arrow;

/// <summary>Reads the headers of messages, each into the same memory.</summary>
internal sealed class MessageReader(TableFile file)
{
    private const byte DictionaryMessage = 2;
    private const byte BatchMessage = 3;
    private const int ContinuationMark = -1;
    private byte[] _header = [];

    /// <summary>The number of rows that a batch declares.</summary>
    public long ReadRowCount(Block block) => RecordBatch.ReadLength(ReadHeader(block, BatchMessage));

    public RecordBatch ReadBatch(Block block) => new(ReadHeader(block, BatchMessage), block);

    public DictionaryBatch ReadDictionary(Block block)
    {
        var dictionary = ReadHeader(block, DictionaryMessage);
        var values = new RecordBatch(dictionary.Table(1), block);
        return new DictionaryBatch(dictionary.Int64(0), dictionary.Boolean(2), values);
    }

    /// <exception cref="NotSupportedException">The metadata are older than version 4 or newer than version
    /// 5.</exception>
    public static void CheckVersion(short version)
    {
        if (version is not (3 or 4))
            throw new NotSupportedException($"its metadata have version {version + 1}; versions 4 and 5 are read");
    }

    private FlatTable ReadHeader(Block block, byte type)
    {
        if (block.HeaderLength > TableLimits.MetadataBytes)
            throw new NotSupportedException(
                $"the header of a batch has more than {TableLimits.MetadataBytes >> 20} MiB");
        if (block.HeaderLength > _header.Length)
            _header = new byte[block.HeaderLength];
        var bytes = _header.AsSpan(0, block.HeaderLength);
        file.Read(block.Offset, bytes);

        var message = FlatTable.Root(Unwrap(bytes));
        CheckVersion(message.Int16(0));
        if (message.Byte(1) != type)
            throw new InvalidDataException("a batch is missing where one should be");
        if (message.Int64(3) != block.BodyLength)
            throw new InvalidDataException("footer and batch disagree about a length");
        return message.Table(2);
    }

    /// <summary>A message begins with its length, behind a mark since version 0.15.</summary>
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 8)
        {
            var start = BinaryPrimitives.ReadInt32LittleEndian(bytes) is ContinuationMark ? 8 : 4;
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(start - 4)..]);
            if (length > 0 && length <= bytes.Length - start)
                return bytes.Slice(start, length);
        }

        throw new InvalidDataException("the length of a batch header is wrong");
    }
}

/// <param name="Id">Which dictionary the values belong to.</param>
/// <param name="IsDelta">Whether they continue it.</param>
/// <param name="Values">One column.</param>
internal sealed record DictionaryBatch(long Id, bool IsDelta, RecordBatch Values);
