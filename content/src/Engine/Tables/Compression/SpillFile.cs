using Microsoft.Win32.SafeHandles;

namespace TaskQueue.Tables.Compression;

/// <summary>
/// A temporary file for unpacked buffers: those of a wide table need more of their past in memory than there is.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    private SafeFileHandle? _handle;
    private long _length;

    /// <returns>Where the bytes lie.</returns>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        _handle ??= Create();
        RandomAccess.Write(_handle, bytes, _length);
        _length += bytes.Length;
        return _length - bytes.Length;
    }

    /// <summary>Reads what was appended.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(_handle!, destination, offset);
            if (count is 0)
                throw new EndOfStreamException("The temporary file is shorter than it was.");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Nothing that was appended is needed any more.</summary>
    public void Clear() => _length = 0;

    public void Dispose() => _handle?.Dispose();

    private static SafeFileHandle Create()
    {
        var path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        // Where a file may be removed while it is open, a killed process leaves none.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return handle;
    }
}
