namespace TaskQueue.Storage.Folder;

/// <summary>Makes the names in one folder durable; many writers share one fsync.</summary>
internal sealed class FolderNames(string path)
{
    private readonly Lock turn = new();
    private Task running = Task.CompletedTask;
    private Task? waiting;

    public string Path { get; } = path;

    /// <summary>Makes the names in a folder durable.</summary>
    public static void Sync(string path)
    {
        // Windows keeps names in its journal and has no call for this.
        if (!OperatingSystem.IsWindows())
        {
            Posix.SyncFolder(path);
        }
    }

    /// <summary>Returns when every name that was in the folder at the time of the call is durable.</summary>
    public Task SyncAsync()
    {
        lock (turn)
        {
            return waiting ??= SyncAfterAsync(running);
        }
    }

    private async Task SyncAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (turn)
        {
            running = waiting!;
            waiting = null;
        }

        Sync(Path);
    }
}
