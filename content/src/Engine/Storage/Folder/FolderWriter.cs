namespace TaskQueue.Storage.Folder;

/// <summary>
/// Writes files whole or not at all: a temporary file beside the target, flushed to disk, then renamed.
/// </summary>
internal sealed class FolderWriter(FolderTree tree)
{
    private const int MaxTries = 3;

    /// <param name="name">A checked name.</param>
    /// <param name="fill">Writes the content.</param>
    /// <param name="replace">Whether a file of that name is replaced.</param>
    /// <returns>False when there was a file of that name and it may not be replaced.</returns>
    public async Task<bool> WriteAsync(string name, Func<Stream, Task> fill, bool replace)
    {
        var target = tree.PathOf(name);
        try
        {
            return await WriteWholeAsync(FolderTree.Parent(name), target, fill, replace);
        }
        catch (Exception e) when (FolderErrors.Covers(e))
        {
            throw FolderErrors.Explain(e, "write", target);
        }
    }

    private async Task<bool> WriteWholeAsync(string folder, string target, Func<Stream, Task> fill, bool replace)
    {
        var (names, temporary, file) = CreateTemporary(folder);
        var isRenamed = false;
        try
        {
            await using (file)
            {
                await fill(file);
                await DiskThreads.Run(() => isRenamed = Finish(file, temporary, target, replace));
            }
        }
        finally
        {
            if (!isRenamed)
                File.Delete(temporary);
        }

        if (isRenamed)
            await names.SyncAsync();

        return isRenamed;
    }

    private static bool Finish(FileStream file, string temporary, string target, bool replace)
    {
        file.Flush(flushToDisk: true);
        file.Dispose();
        if (!replace)
            return TemporaryFile.TryClaim(temporary, target);

        File.Move(temporary, target, overwrite: true);
        return true;
    }

    private (FolderNames Names, string Temporary, FileStream File) CreateTemporary(string folder)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var names = tree.Open(folder);
                var temporary = TemporaryFile.NewPath(names.Path);
                return (names, temporary, TemporaryFile.Create(temporary));
            }
            catch (DirectoryNotFoundException) when (tries < MaxTries)
            {
                tree.Forget(folder);
            }
        }
    }
}
