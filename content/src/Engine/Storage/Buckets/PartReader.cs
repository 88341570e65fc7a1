namespace TaskQueue.Storage.Buckets;

/// <summary>Reads a stream part by part, so that a part that got lost can be sent again.</summary>
/// <param name="content">The stream.</param>
/// <param name="partSize">Bytes of every part but the last.</param>
internal sealed class PartReader(Stream content, int partSize)
{
    private const int FirstBuffer = 64 << 10;

    private byte[] _buffer = [];
    private int _length;

    /// <summary>The part that was read last; it stays as it is until the next is read.</summary>
    public ReadOnlyMemory<byte> Current => _buffer.AsMemory(0, _length);

    /// <summary>Where the current part begins in the stream.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether no bytes follow the current part; it may be empty then.</summary>
    public bool IsLast => _length < partSize;

    /// <summary>Reads the next part.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        Offset += _length;
        _length = 0;
        while (_length < partSize)
        {
            if (_length == _buffer.Length)
                Array.Resize(ref _buffer, Math.Clamp(_buffer.Length * 4, FirstBuffer, partSize));

            var read = await content.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return;

            _length += read;
        }
    }
}
