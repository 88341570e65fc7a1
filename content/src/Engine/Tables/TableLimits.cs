namespace TaskQueue.Tables;

/// <summary>
/// What a table may ask of us. A table may come from a stranger, so each limit is checked before it is used.
/// </summary>
internal static class TableLimits
{
    /// <summary>Fields of the schema, those inside structs and lists included.</summary>
    public const int Fields = 10_000;

    /// <summary>
    /// Levels of lists and structs: a message around the deepest value stays within the 64 levels of JSON readers.
    /// </summary>
    public const int Depth = 60;

    /// <summary>Bytes of the schema's names and metadata, each counted as often as it is pointed to.</summary>
    public const int SchemaTextBytes = 16 << 20;

    public const long Rows = 100_000_000;

    /// <summary>Parts that the dictionaries of a table may come in.</summary>
    public const int DictionaryBatches = 10_000;

    /// <summary>Bytes of one description: the footer, or the header of one batch.</summary>
    public const int MetadataBytes = 64 << 20;

    /// <summary>Bytes of a record batch without its header: it is read as a whole, into one span.</summary>
    public const int BatchBytes = int.MaxValue;

    /// <summary>Bytes of one row, as JSON.</summary>
    public const int RowBytes = 16 << 20;

    /// <summary>Rows that are checked and handed out together.</summary>
    public const int WindowRows = 65_536;

    /// <summary>What a row and a value count for beside the bytes of their buffers, since they may have none.</summary>
    public const int BytesPerRow = 16;
    public const int BytesPerValue = 1;

    /// <summary>What a byte of a dictionary counts for that is copied once more because a part follows.</summary>
    public const int BytesPerCopiedByte = 8;

    /// <summary>Bytes that a file may unpack to: LZ4 packs 255 into one, ZSTD thousands.</summary>
    public static long UnpackedBytes(long fileLength) => (32L << 20) + (512 * fileLength);

    /// <summary>Bytes that the rows of a file may come to as JSON.</summary>
    public static long RowsBytes(long fileLength) => (128L << 20) + (1024 * fileLength);
}
