using TaskQueue.Contracts;

namespace TaskQueue.Storage.Folder;

/// <summary>A store in a local folder, which is made by the first write.</summary>
/// <remarks>
/// A file is written beside its target under a hidden temporary name, flushed to disk and renamed, so that a reader
/// finds it whole or not at all, even when the writer dies.
/// </remarks>
public sealed class FolderStore : IObjectStore
{
    private readonly FolderTree _tree;
    private readonly FolderWriter _writer;

    /// <param name="path">Absolute path of the folder; it need not exist.</param>
    /// <exception cref="TaskQueueException">The path is a link that leads nowhere (69).</exception>
    public FolderStore(string path)
    {
        _tree = new FolderTree(FolderTree.RealRoot(path));
        _writer = new FolderWriter(_tree);
    }

    public string Location => _tree.Root;

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        ListAsync(prefix, hidden: null, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, CancellationToken cancellationToken = default) =>
        FolderListing.NamesAsync(_tree, prefix, hidden, cancellationToken);

    public async Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var bytes = 0L;
        await foreach (var name in ListAsync(prefix, cancellationToken))
            bytes += new FileInfo(PathToRead(name)) is { Exists: true } file ? file.Length : 0;
        return bytes;
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = PathToRead(name);
        try
        {
            // File.Exists would answer no when the folder may not be searched. A missing file has all attributes.
            var file = new FileInfo(path);
            var isFile = !file.Attributes.HasFlag(FileAttributes.Directory);
            return Task.FromResult(isFile && (file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true }));
        }
        catch (FileNotFoundException)
        {
            // A link that was removed meanwhile.
            return Task.FromResult(false);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "look for", path);
        }
    }

    public Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(FolderReader.Open(PathToRead(name)));

    public Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(FolderReader.ReadAll(PathToRead(name)));

    public Task<bool> WriteIfAbsentAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        File.Exists(PathToWrite(name))
            ? Task.FromResult(false)
            : _writer.WriteAsync(name, file => file.WriteAsync(content, cancellationToken).AsTask(), replace: false);

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(Writable(name), file => file.WriteAsync(content, cancellationToken).AsTask(), replace: true);

    public Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        _writer.WriteAsync(Writable(name), file => content.CopyToAsync(file, cancellationToken), replace: true);

    public bool CanAppend => true;

    public Task<IAppendedFile> CreateAppendedAsync(string name)
    {
        PathToWrite(name);
        return AppendedFile.CreateAsync(_tree, name);
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = PathToWrite(name);
        if (!await ExistsAsync(name, cancellationToken))
            return;

        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else removed the folder in between: nothing is left to delete.
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "delete", path);
        }
    }

    public Task<ObjectStamp?> FindStampAsync(string name, CancellationToken cancellationToken = default)
    {
        var file = new FileInfo(PathToRead(name));
        return Task.FromResult(file.Exists ? new ObjectStamp(file.Length, file.LastWriteTimeUtc) : null);
    }

    public Uri? GetUrl(string name, TimeSpan validFor) => new(PathToRead(name));

    private string PathToRead(string name)
    {
        if (OperatingSystem.IsWindows() && name.AsSpan().IndexOfAny('\\', ':') >= 0)
            throw ObjectName.Refuse(name, "it contains a backslash or colon");

        var path = _tree.PathOf(ObjectName.Check(name));
        _tree.CheckLinks(FolderTree.Parent(name));
        return path;
    }

    private string PathToWrite(string name) => PathToRead(Writable(name));

    private static string Writable(string name) => TemporaryFile.IsTemporary(name.AsSpan(name.LastIndexOf('/') + 1))
        ? throw ObjectName.Refuse(name, "it is that of an unfinished file")
        : ObjectName.Check(name);
}
