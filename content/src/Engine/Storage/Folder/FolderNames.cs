namespace TaskQueue.Storage.Folder;

/// <summary>Makes the names in one folder durable; many writers share one fsync.</summary>
internal sealed class FolderNames(string path)
{
    private readonly Lock _turn = new();
    private Task _running = Task.CompletedTask;
    private Task? _waiting;

    public string Path { get; } = path;

    /// <summary>Returns when every name that was in the folder at the time of the call is durable.</summary>
    public Task SyncAsync()
    {
        lock (_turn)
        {
            return _waiting ??= SyncAfterAsync(_running);
        }
    }

    private async Task SyncAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (_turn)
        {
            _running = _waiting!;
            _waiting = null;
        }

        await DiskThreads.Run(() => Posix.SyncFolder(Path));
    }
}
