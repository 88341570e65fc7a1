using System.IO.Enumeration;

namespace TaskQueue.Storage.Folder;

/// <summary>Walks a folder and all below it. Links to folders are not followed: what they lead to is not in the store.</summary>
internal sealed class FolderEntries<T> : FileSystemEnumerator<T>
{
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    private readonly string root;
    private readonly string start;
    private readonly string nameStart;
    private readonly string? hidden;
    private readonly Transform transform;

    /// <param name="root">The store's folder.</param>
    /// <param name="prefix">What the names start with.</param>
    /// <param name="hidden">A folder, ending with a slash, that is not entered; null for none.</param>
    /// <param name="transform">Makes the answer for a file of a name.</param>
    public FolderEntries(string root, string prefix, string? hidden, Transform transform)
        : this(root, FolderTree.FullPath(root, FolderTree.Parent(prefix)), transform)
    {
        nameStart = prefix[(prefix.LastIndexOf('/') + 1)..];
        this.hidden = hidden is null ? null : FolderTree.FullPath(root, hidden.TrimEnd('/'));
    }

    private FolderEntries(string root, string start, Transform transform) : base(start, Options)
    {
        this.root = root;
        this.start = start;
        this.transform = transform;
        nameStart = "";
    }

    public delegate T Transform(string name, ref FileSystemEntry entry);

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) =>
        !entry.IsDirectory && MatchesPrefix(ref entry) && !TemporaryFile.IsTemporary(entry.FileName);

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
        MatchesPrefix(ref entry)
        && (entry.Attributes & FileAttributes.ReparsePoint) == 0
        && (hidden is null || entry.ToFullPath() != hidden);

    protected override T TransformEntry(ref FileSystemEntry entry) => transform(NameOf(ref entry), ref entry);

    // Deeper entries match because their folder did.
    private bool MatchesPrefix(ref FileSystemEntry entry) =>
        entry.Directory.Length > start.Length || entry.FileName.StartsWith(nameStart, StringComparison.Ordinal);

    private string NameOf(ref FileSystemEntry entry)
    {
        var folder = entry.Directory[root.Length..].Trim(Path.DirectorySeparatorChar);
        if (folder.IsEmpty)
            return entry.FileName.ToString();

        var name = string.Concat(folder, "/", entry.FileName);
        return Path.DirectorySeparatorChar == '/' ? name : name.Replace(Path.DirectorySeparatorChar, '/');
    }
}
