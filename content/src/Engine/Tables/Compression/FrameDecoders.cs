namespace TaskQueue.Tables.Compression;

/// <summary>The decoders that a buffer needs, made when it needs them.</summary>
internal sealed class FrameDecoders(TableInput input)
{
    /// <summary>About what the tables of a ZSTD decoder take.</summary>
    private const int ZstdBytes = 32 << 10;

    private Lz4FrameDecoder? _lz4;
    private ZstdFrameDecoder? _zstd;

    /// <returns>The decoder; null when much of the memory is in use already.</returns>
    public FrameDecoder? TryGet(Codec codec) =>
        codec is Codec.Zstd && _zstd is null && !input.Budget.HasEasyRoom(ZstdBytes) ? null : Get(codec);

    public FrameDecoder Get(Codec codec)
    {
        if (codec is Codec.Lz4Frame)
            return _lz4 ??= new Lz4FrameDecoder(input);
        if (_zstd is null)
            input.Budget.Take(ZstdBytes);
        return _zstd ??= new ZstdFrameDecoder(input);
    }
}
