using System.Runtime.CompilerServices;

namespace TaskQueue.Storage.Folder;

/// <summary>Lists a folder as a stream, on a pool thread, a batch at a time.</summary>
internal static class FolderListing
{
    private const int BatchSize = 1024;

    public static IAsyncEnumerable<string> Names(
        FolderTree tree, string prefix, string? hidden, CancellationToken cancellationToken) =>
        Stream<string>(tree, prefix, hidden, (name, ref _) => name, cancellationToken);

    public static IAsyncEnumerable<StoredObject> Objects(
        FolderTree tree, string prefix, CancellationToken cancellationToken) =>
        Stream<StoredObject>(
            tree, prefix, hidden: null, (name, ref entry) => new(name, entry.Length, entry.LastWriteTimeUtc),
            cancellationToken);

    private static async IAsyncEnumerable<T> Stream<T>(
        FolderTree tree, string prefix, string? hidden, FolderEntries<T>.Transform transform,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var entries = await Task.Run(() => Open(tree, prefix, hidden, transform), cancellationToken);
        var batch = new List<T>(BatchSize);
        while (entries is not null && await Task.Run(() => Take(tree, entries, batch), cancellationToken))
        {
            foreach (var entry in batch)
                yield return entry;
        }
    }

    private static FolderEntries<T>? Open<T>(
        FolderTree tree, string prefix, string? hidden, FolderEntries<T>.Transform transform)
    {
        var folder = FolderTree.Parent(ObjectName.CheckPrefix(prefix));
        tree.CheckLinks(folder);
        try
        {
            return new FolderEntries<T>(tree.Root, prefix, hidden, transform);
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

    private static bool Take<T>(FolderTree tree, FolderEntries<T> entries, List<T> batch)
    {
        batch.Clear();
        try
        {
            while (batch.Count < BatchSize && entries.MoveNext())
                batch.Add(entries.Current);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "list", tree.Root);
        }

        return batch.Count > 0;
    }
}
