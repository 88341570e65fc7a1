using System.Buffers.Binary;

namespace TaskQueue.Tables.Guard;

/// <summary>Reads the headers of messages and checks them against the schema.</summary>
internal sealed class MessageGuard(
    TableFile file, IReadOnlyList<GuardedField> columns, IReadOnlyDictionary<long, GuardedField> dictionaries)
{
    private const byte DictionaryMessage = 2;
    private const byte BatchMessage = 3;
    private const int ContinuationMark = -1;

    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    /// <exception cref="NotSupportedException">It has something that is not read.</exception>
    public CheckedHeader CheckBatch(Block block)
    {
        var bytes = Read(block);
        var message = Open(bytes, block, BatchMessage);
        return Check(bytes, message.Table(2), block, columns);
    }

    /// <summary>As <see cref="CheckBatch"/>, for a batch that begins or continues a dictionary.</summary>
    public CheckedDictionary CheckDictionary(Block block)
    {
        var bytes = Read(block);
        var dictionary = Open(bytes, block, DictionaryMessage).Table(2);
        var id = dictionary.Int64(0);
        // No column uses a dictionary that the schema does not know: nobody will read it.
        var header = dictionaries.TryGetValue(id, out var values)
            ? Check(bytes, dictionary.Table(1), block, [values])
            : null;
        return new CheckedDictionary(id, dictionary.Boolean(2), header);
    }

    /// <exception cref="NotSupportedException">The metadata are newer than version 5.</exception>
    public static void CheckVersion(short version)
    {
        if (version is < 0 or > 4)
            throw new NotSupportedException($"its metadata have version {version + 1}; versions 1 to 5 are read");
    }

    private byte[] Read(Block block)
    {
        if (block.HeaderLength > TableLimits.MetadataBytes)
            throw new NotSupportedException(
                $"the header of a batch has more than {TableLimits.MetadataBytes >> 20} MiB");
        if (block.BodyLength > TableLimits.BatchBytes)
            throw new NotSupportedException(
                $"a record batch of it has {block.BodyLength >> 20:N0} MiB, and up to "
                + $"{TableLimits.BatchBytes >> 20:N0} are read "
                + "(pyarrow.feather.write_feather writes small ones, also of polars' to_arrow())");
        var bytes = new byte[block.HeaderLength];
        file.Read(block.Offset, bytes);
        return bytes;
    }

    private static FlatTable Open(byte[] bytes, Block block, byte type)
    {
        var message = FlatTable.Root(Unwrap(bytes));
        CheckVersion(message.Int16(0));
        if (message.Byte(1) != type)
            throw new InvalidDataException("a batch is missing where one should be");
        if (message.Int64(3) != block.BodyLength)
            throw new InvalidDataException("footer and batch disagree about a length");
        return message;
    }

    /// <summary>
    /// A message begins with its length, behind a mark since version 0.15. Apache.Arrow goes by that length and not by
    /// the footer's: they must agree.
    /// </summary>
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 8)
        {
            var start = BinaryPrimitives.ReadInt32LittleEndian(bytes) is ContinuationMark ? 8 : 4;
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(start - 4)..]);
            if (length > 0 && length == bytes.Length - start)
                return bytes[start..];
        }

        throw new InvalidDataException("the length of a batch header is wrong");
    }

    private static CheckedHeader Check(
        byte[] bytes, FlatTable batch, Block block, IReadOnlyList<GuardedField> fields)
    {
        var rows = batch.Int64(0);
        if (rows < 0)
            throw new InvalidDataException("a batch has a negative number of rows");
        if (rows > TableLimits.Rows)
            throw new NotSupportedException($"it has more than {TableLimits.Rows:N0} rows");
        if (rows > 0 && fields.Count is 0)
            throw new InvalidDataException("it has rows, but no columns");
        if (batch.Has(3))
            CheckCodec(batch.Table(3));
        var values = BatchWalk.Check(batch, block.BodyLength, fields, rows);
        return new CheckedHeader(bytes, rows, values);
    }

    private static void CheckCodec(FlatTable compression)
    {
        if (compression.Byte(1) is not 0)
            throw new NotSupportedException("its batches are compressed as a whole, which is not read");
        if (compression.Byte(0) is var codec and > 1)
            throw new NotSupportedException($"it is compressed by codec number {codec}; LZ4 and ZSTD are read");
    }
}

/// <param name="Bytes">The header as it stood in the file when it was checked.</param>
/// <param name="Rows">Of the batch.</param>
/// <param name="Values">Of all its fields together.</param>
internal sealed record CheckedHeader(byte[] Bytes, long Rows, long Values);

/// <param name="Id">Which dictionary.</param>
/// <param name="IsContinued">Whether the values follow those of an earlier batch.</param>
/// <param name="Header">The batch of values; null when no column uses them.</param>
internal sealed record CheckedDictionary(long Id, bool IsContinued, CheckedHeader? Header);
