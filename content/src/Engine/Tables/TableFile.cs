using Microsoft.Win32.SafeHandles;
using TaskQueue.Contracts;

namespace TaskQueue.Tables;

/// <summary>
/// The bytes of a file. It is read, not mapped: a file that shrinks gives an error instead of a signal.
/// </summary>
internal sealed class TableFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private TableFile(string location, SafeFileHandle handle)
    {
        Location = location;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Where it is, for people.</summary>
    public string Location { get; }

    /// <summary>Bytes, when it was opened.</summary>
    public long Length { get; }

    /// <exception cref="TaskQueueException">It cannot be read (exit codes 65, 74, 77).</exception>
    public static TableFile Open(string path, string? location = null)
    {
        location ??= path;
        try
        {
            if (Directory.Exists(path))
                throw TableErrors.Directory(location);
            // Pipes and devices have no length either: opening one could wait for ever.
            if (LengthOf(path) is 0)
                throw TableErrors.Empty(location);
            return new TableFile(location, File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw TableErrors.Missing(location);
        }
        catch (UnauthorizedAccessException refusal)
        {
            throw TableErrors.Forbidden(location, refusal);
        }
        catch (IOException failure)
        {
            throw TableErrors.Unreadable(location, failure);
        }
    }

    /// <summary>Bytes of a file, or of what a link leads to; null when it cannot be seen.</summary>
    private static long? LengthOf(string path)
    {
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is { } target)
            file = new FileInfo(target.FullName);
        return file.Exists ? file.Length : null;
    }

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    /// <exception cref="TaskQueueException">It cannot be read (exit code 74).</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = ReadSome(offset, destination);
            if (count is 0)
                throw new InvalidDataException("it ends early: it was changed or cut off");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Says here that it is this file which failed: further up, it could be anything.</summary>
    private int ReadSome(long offset, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(_handle, destination, offset);
        }
        catch (IOException failure)
        {
            throw TableErrors.Unreadable(Location, failure);
        }
    }

    public void Dispose() => _handle.Dispose();
}
