using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace TaskQueue.Commands.Shell;

/// <summary>Thrown when whoever read our output went away, as <c>head</c> does when it has enough.</summary>
internal sealed class OutputClosedException(IOException cause) : IOException(cause.Message, cause);

/// <summary>
/// Standard output as a pipe. The console's own stream drops what a closed pipe no longer takes and says nothing.
/// </summary>
internal sealed class OutputPipe : Stream
{
    private const int StandardOutput = 1;

    private readonly AnonymousPipeClientStream _pipe =
        new(PipeDirection.Out, new SafePipeHandle(StandardOutput, ownsHandle: false));

    /// <summary>Opens standard output; null when it is no pipe.</summary>
    public static OutputPipe? TryOpen()
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : new OutputPipe();
        }
        catch (IOException)
        {
            return null;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _pipe.Write(buffer);
        }
        catch (IOException exception)
        {
            throw new OutputClosedException(exception);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
