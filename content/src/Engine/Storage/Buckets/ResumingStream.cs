namespace TaskQueue.Storage.Buckets;

/// <summary>Reads an object to its true end: a connection that breaks, stalls or ends early is made anew where it was.</summary>
/// <param name="name">What is read, for errors.</param>
/// <param name="first">The answer that reading begins with.</param>
/// <param name="reopen">Asks for the rest from some byte of this stream on.</param>
internal sealed class ResumingStream(
    string name, BucketBody first, Func<long, CancellationToken, Task<BucketBody>> reopen) : Stream
{
    private const int MaxFaults = 5;

    private static readonly TimeSpan MaxStall = TimeSpan.FromSeconds(60);

    private readonly long length = first.Length;
    private Stream? content = first.Content;
    private long position;
    private int faults;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (position < length && buffer.Length > 0)
        {
            try
            {
                content ??= (await reopen(position, cancellationToken)).Content;
                if (await ReadOnceAsync(buffer, cancellationToken) is > 0 and var read)
                    return read;

                throw new EndOfStreamException($"'{name}' ended after {position} of {length} bytes.");
            }
            catch (Exception e) when (MayPass(e, cancellationToken) && ++faults <= MaxFaults)
            {
                await CloseAsync();
                await Task.Delay(Backoff.Delay(faults), cancellationToken);
            }
        }

        // The end has to be read too: checksums are compared there.
        return content is null || buffer.Length == 0 ? 0 : await content.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content?.Dispose();

        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(MaxStall);
        var read = await content!.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - position)], patience.Token);
        position += read;
        return read;
    }

    private async Task CloseAsync()
    {
        if (content is not null)
            await content.DisposeAsync();

        content = null;
    }

    private static bool MayPass(Exception e, CancellationToken cancellationToken) =>
        e is IOException or HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested;
}
