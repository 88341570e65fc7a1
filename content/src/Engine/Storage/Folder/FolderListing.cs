using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace TaskQueue.Storage.Folder;

/// <summary>
/// Lists the files in a folder and all below it as a stream, on a pool thread, a batch at a time. Links to folders are
/// not followed: what they lead to is not in the store.
/// </summary>
internal static class FolderListing
{
    private const int BatchSize = 1024;

    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
    };

    /// <param name="tree">The store's folders.</param>
    /// <param name="prefix">What the names start with.</param>
    /// <param name="hidden">A folder, ending with a slash, that is not entered; null for none.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async IAsyncEnumerable<string> NamesAsync(
        FolderTree tree, string prefix, string? hidden, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await Task.Run(() => Open(tree, prefix, hidden), cancellationToken) is not { } names)
            yield break;

        using var batches = names.Chunk(BatchSize).GetEnumerator();
        while (await Task.Run(() => MoveNext(tree, batches), cancellationToken))
        {
            foreach (var name in batches.Current)
                yield return name;
        }
    }

    /// <returns>Null when there is no such folder.</returns>
    private static FileSystemEnumerable<string>? Open(FolderTree tree, string prefix, string? hidden)
    {
        var folder = FolderTree.Parent(ObjectName.CheckPrefix(prefix));
        tree.CheckLinks(folder);
        try
        {
            return Names(
                tree.Root, tree.PathOf(folder), prefix[(prefix.LastIndexOf('/') + 1)..], hidden is null ? null : tree.PathOf(hidden.TrimEnd('/')));
        }
        catch (DirectoryNotFoundException) when (!tree.IsBlocked(folder))
        {
            return null;
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "list", tree.PathOf(folder));
        }
    }

    private static bool MoveNext(FolderTree tree, IEnumerator<string[]> batches)
    {
        try
        {
            return batches.MoveNext();
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "list", tree.Root);
        }
    }

    private static FileSystemEnumerable<string> Names(string root, string start, string nameStart, string? hidden)
    {
        return new(start, (ref entry) => NameOf(ref entry, root), Options)
        {
            ShouldIncludePredicate = (ref entry) =>
                !entry.IsDirectory && MatchesPrefix(ref entry) && !TemporaryFile.IsTemporary(entry.FileName),
            ShouldRecursePredicate = (ref entry) =>
                MatchesPrefix(ref entry)
                && (entry.Attributes & FileAttributes.ReparsePoint) == 0
                && (hidden is null || entry.ToFullPath() != hidden),
        };

        // Deeper entries match because their folder did.
        bool MatchesPrefix(ref FileSystemEntry entry) =>
            entry.Directory.Length > start.Length || entry.FileName.StartsWith(nameStart, StringComparison.Ordinal);
    }

    private static string NameOf(ref FileSystemEntry entry, string root)
    {
        var folder = entry.Directory[root.Length..].Trim(Path.DirectorySeparatorChar);
        if (folder.IsEmpty)
            return entry.FileName.ToString();

        var name = string.Concat(folder, "/", entry.FileName);
        return Path.DirectorySeparatorChar == '/' ? name : name.Replace(Path.DirectorySeparatorChar, '/');
    }
}
