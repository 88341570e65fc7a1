using System.IO.Enumeration;

namespace TaskQueue.Storage.Folder;

/// <summary>
/// The names of the files in a folder and all below it. Links to folders are not followed: what they lead to is not in
/// the store.
/// </summary>
internal sealed class FolderEntries : FileSystemEnumerator<string>
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

    /// <param name="root">The store's folder.</param>
    /// <param name="prefix">What the names start with.</param>
    /// <param name="hidden">A folder, ending with a slash, that is not entered; null for none.</param>
    public FolderEntries(string root, string prefix, string? hidden)
        : this(root, FolderTree.FullPath(root, FolderTree.Parent(prefix)))
    {
        _nameStart = prefix[(prefix.LastIndexOf('/') + 1)..];
        _hidden = hidden is null ? null : FolderTree.FullPath(root, hidden.TrimEnd('/'));
    }

    private FolderEntries(string root, string start) : base(start, Options)
    {
        _root = root;
        _start = start;
        _nameStart = "";
    }

    protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) =>
        !entry.IsDirectory && MatchesPrefix(ref entry) && !TemporaryFile.IsTemporary(entry.FileName);

    protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
        MatchesPrefix(ref entry)
        && (entry.Attributes & FileAttributes.ReparsePoint) == 0
        && (_hidden is null || entry.ToFullPath() != _hidden);

    protected override string TransformEntry(ref FileSystemEntry entry)
    {
        var folder = entry.Directory[_root.Length..].Trim(Path.DirectorySeparatorChar);
        if (folder.IsEmpty)
            return entry.FileName.ToString();

        var name = string.Concat(folder, "/", entry.FileName);
        return Path.DirectorySeparatorChar == '/' ? name : name.Replace(Path.DirectorySeparatorChar, '/');
    }

    // Deeper entries match because their folder did.
    private bool MatchesPrefix(ref FileSystemEntry entry) =>
        entry.Directory.Length > _start.Length || entry.FileName.StartsWith(_nameStart, StringComparison.Ordinal);
}
