namespace TaskQueue.Storage.Folder;

/// <summary>A file that its writer extends and syncs.</summary>
internal sealed class AppendedFile : IAppendedFile
{
    private const int MaxTries = 3;

    private readonly string _path;
    private readonly FileStream _file;

    private AppendedFile(string path)
    {
        _path = path;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
    }

    /// <param name="tree">The store's folders.</param>
    /// <param name="name">A checked name that no file has.</param>
    public static async Task<IAppendedFile> CreateAsync(FolderTree tree, string name)
    {
        var path = tree.PathOf(name);
        try
        {
            var (names, file) = Create(tree, FolderTree.Parent(name), path);
            try
            {
                await names.SyncAsync();
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", path);
        }
    }

    public async Task AppendAsync(ReadOnlyMemory<byte> content)
    {
        try
        {
            await DiskThreads.Run(() =>
            {
                _file.Write(content.Span);
                _file.Flush(flushToDisk: true);
                // Later lines would be kept where nobody finds them.
                if (!File.Exists(_path))
                    throw new IOException("Somebody removed the file");
            });
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", _path);
        }
    }

    public void Dispose() => _file.Dispose();

    private static (FolderNames Names, AppendedFile File) Create(FolderTree tree, string folder, string path)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return (tree.Open(folder), new AppendedFile(path));
            }
            catch (DirectoryNotFoundException) when (tries < MaxTries)
            {
                // Somebody removed the folder.
                tree.Forget(folder);
            }
        }
    }
}
