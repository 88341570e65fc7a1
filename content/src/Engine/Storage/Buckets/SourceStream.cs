using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Buckets;

/// <summary>
/// A stream that is to be written: its start can be looked at, to see how long it is, and its own faults can be told
/// from those of the cloud. It is left open.
/// </summary>
internal sealed class SourceStream(Stream content) : ReadOnlyStream
{
    private const int FirstBuffer = 64 << 10;

    private byte[] _start = [];
    private int _startLength;
    private int _given;

    /// <summary>The exception that reading the stream threw; null for none.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Reads ahead, before anything else is read.</summary>
    /// <returns>The first bytes; fewer than <paramref name="count"/> when these are all.</returns>
    public async Task<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellationToken)
    {
        while (_startLength < count)
        {
            if (_startLength == _start.Length)
                Array.Resize(ref _start, Math.Clamp(_start.Length * 4, FirstBuffer, count));

            var read = await content.ReadAsync(_start.AsMemory(_startLength), cancellationToken);
            if (read == 0)
                break;

            _startLength += read;
        }

        return _start.AsMemory(0, _startLength);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given < _startLength)
        {
            var count = Math.Min(buffer.Length, _startLength - _given);
            _start.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }

        try
        {
            return await content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e)
        {
            Fault = e;
            throw;
        }
    }
}
