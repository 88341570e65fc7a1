using System.Runtime.CompilerServices;

namespace TaskQueue.Storage.Folder;

/// <summary>Lists a folder as a stream, on a pool thread, a batch at a time.</summary>
internal static class FolderListing
{
    private const int BatchSize = 1024;

    public static async IAsyncEnumerable<string> NamesAsync(
        FolderTree tree, string prefix, string? hidden, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var entries = await Task.Run(() => Open(tree, prefix, hidden), cancellationToken);
        var batch = new List<string>(BatchSize);
        while (entries is not null && await Task.Run(() => Take(tree, entries, batch), cancellationToken))
        {
            foreach (var entry in batch)
                yield return entry;
        }
    }

    private static FolderEntries? Open(FolderTree tree, string prefix, string? hidden)
    {
        var folder = FolderTree.Parent(ObjectName.CheckPrefix(prefix));
        tree.CheckLinks(folder);
        try
        {
            return new FolderEntries(tree.Root, prefix, hidden);
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

    private static bool Take(FolderTree tree, FolderEntries entries, List<string> batch)
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
