namespace TaskQueue.Storage.Folder;

/// <summary>Reads files of this machine.</summary>
internal static class FolderReader
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="Contracts.TaskQueueException">It may not be read (77), or the disk fails (74).</exception>
    public static Stream Open(string path) => Read<Stream>(path, () => new FileStream(path, new FileStreamOptions
    {
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    }));

    /// <inheritdoc cref="Open"/>
    public static byte[] ReadAll(string path) => Read(path, () =>
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[RandomAccess.GetLength(file)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(file, bytes.AsSpan(read), read) is > 0 and var more)
            read += more;

        return read == bytes.Length ? bytes : bytes[..read];
    });

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path, e);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "read", path);
        }
    }
}
