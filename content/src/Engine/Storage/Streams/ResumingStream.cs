using TaskQueue.Collections;
using TaskQueue.Contracts;

namespace TaskQueue.Storage.Streams;

/// <summary>
/// Reads an object to its true end: a connection that breaks, stalls or ends early is opened again where it was.
/// </summary>
/// <param name="name">What is read, for errors.</param>
/// <param name="first">The answer that reading begins with.</param>
/// <param name="reopen">Asks for the rest from some byte of this stream on.</param>
internal sealed class ResumingStream(
    string name, RemoteBody first, Func<long, CancellationToken, Task<RemoteBody>> reopen) : ReadOnlyStream
{
    private const int MaxFaults = 5;

    private static readonly TimeSpan MaxStall = TimeSpan.FromSeconds(60);

    private Stream? _content = first.Content;
    private Crc32C _checksum;
    private long _position;
    private readonly Backoff _backoff = Backoff.ForRequests();
    private int _faults;

    public override long Length => first.Length ?? throw new NotSupportedException();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_position != first.Length && buffer.Length > 0)
        {
            try
            {
                _content ??= (await reopen(_position, cancellationToken)).Content;
                if (await ReadOnceAsync(buffer, cancellationToken) is > 0 and var read)
                    return read;

                if (first.Length is null)
                    return 0;

                throw new EndOfStreamException($"'{name}' ended after {_position} of {first.Length} bytes.");
            }
            catch (Exception e) when (MayPass(e, cancellationToken) && first.Length is not null && ++_faults <= MaxFaults)
            {
                await CloseAsync();
                await _backoff.WaitAsync(TimeProvider.System, cancellationToken);
            }
        }

        return buffer.Length == 0 ? 0 : await CheckEndAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content?.Dispose();

        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(MaxStall);
        var wanted = buffer[..(int)Math.Min(buffer.Length, (first.Length ?? long.MaxValue) - _position)];
        var read = await ReadContentAsync(wanted, patience.Token);
        _checksum.Add(wanted.Span[..read]);
        _position += read;
        return read;
    }

    private async ValueTask<int> CheckEndAsync(CancellationToken cancellationToken)
    {
        if (first.Crc32C is { } expected && expected != _checksum.ToString())
            throw Damaged("its checksum differs");

        // Libraries that compare checksums of their own do so when the end is read.
        return _content is null ? 0 : await ReadContentAsync(new byte[1], cancellationToken);
    }

    private async ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _content!.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not (IOException or HttpRequestException or OperationCanceledException))
        {
            throw Damaged(e.Message, e);
        }
    }

    private InvalidDataException Damaged(string why, Exception? cause = null) =>
        new($"'{name}' was damaged on its way: {why}.", cause);

    private async Task CloseAsync()
    {
        if (_content is not null)
            await _content.DisposeAsync();

        _content = null;
    }

    private static bool MayPass(Exception e, CancellationToken cancellationToken) =>
        e is IOException or HttpRequestException
        || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}
