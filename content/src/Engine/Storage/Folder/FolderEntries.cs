using System.IO.Enumeration;

namespace TaskQueue.Storage.Folder;

/// <summary>
/// Walks a folder and all below it. Links to folders are not followed: what they lead to is not in the store.
/// </summary>
internal sealed class FolderEntries<T> : FileSystemEnumerator<T>
{
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    private readonly string _root;
    private readonly string _start;
    private readonly string _nameStart;
    private readonly string? _hidden;
    private readonly Transform _transform;

    /// <param name="root">The store's folder.</param>
    /// <param name="prefix">What the names start with.</param>
    /// <param name="hidden">A folder, ending with a slash, that is not entered; null for none.</param>
    /// <param name="transform">Makes the answer for a file of a name.</param>
    public FolderEntries(string root, string prefix, string? hidden, Transform transform)
        : this(root, FolderTree.FullPath(root, FolderTree.Parent(prefix)), transform)
    {
        _nameStart = prefix[(prefix.LastIndexOf('/') + 1)..];
        _hidden = hidden is null ? null : FolderTree.FullPath(root, hidden.TrimEnd('/'));
    }

    private FolderEntries(string root, string start, Transform transform) : base(start, Options)
    {
        _root = root;
        _start = start;
        _transform = transform;
        _nameStart = "";
    }

    public delegate T Transform(string name, ref FileSystemEntry entry);

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) =>
        !entry.IsDirectory && MatchesPrefix(ref entry) && !TemporaryFile.IsTemporary(entry.FileName);

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
        MatchesPrefix(ref entry)
        && (entry.Attributes & FileAttributes.ReparsePoint) == 0
        && (_hidden is null || entry.ToFullPath() != _hidden);

    protected override T TransformEntry(ref FileSystemEntry entry) => _transform(NameOf(ref entry), ref entry);

    // Deeper entries match because their folder did.
    private bool MatchesPrefix(ref FileSystemEntry entry) =>
        entry.Directory.Length > _start.Length || entry.FileName.StartsWith(_nameStart, StringComparison.Ordinal);

    private string NameOf(ref FileSystemEntry entry)
    {
        var folder = entry.Directory[_root.Length..].Trim(Path.DirectorySeparatorChar);
        if (folder.IsEmpty)
            return entry.FileName.ToString();

        var name = string.Concat(folder, "/", entry.FileName);
        return Path.DirectorySeparatorChar == '/' ? name : name.Replace(Path.DirectorySeparatorChar, '/');
    }
}
