namespace TaskQueue.Tables.Compression;

/// <summary>How the buffers of a batch are compressed.</summary>
internal enum Codec
{
    None,
    Lz4Frame,
    Zstd,
}
