namespace TaskQueue.Tables;

/// <summary>
/// What Apache.Arrow reads: one message at a time, whose header is in memory, and whose body is in the file. It ends
/// behind that message.
/// </summary>
internal sealed class MessageStream(TableFile file) : Stream
{
    private ReadOnlyMemory<byte> _header;
    private long _body;
    private long _left;

    /// <summary>Presents the next message.</summary>
    /// <param name="header">Its bytes before the body.</param>
    /// <param name="body">Where the body lies in the file.</param>
    /// <param name="length">Bytes of the body.</param>
    public void Open(ReadOnlyMemory<byte> header, long body, long length) =>
        (_header, _body, _left) = (header, body, length);

    public override int Read(Span<byte> buffer)
    {
        if (!_header.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _header.Length);
            _header.Span[..count].CopyTo(buffer);
            _header = _header[count..];
            return count;
        }

        buffer = buffer[..(int)Math.Min(buffer.Length, _left)];
        file.Read(_body, buffer);
        _body += buffer.Length;
        _left -= buffer.Length;
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
