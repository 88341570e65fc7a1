using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>A task's view of a store: everything but the records.</summary>
public sealed class OutputStore(IObjectStore store) : IOutputStore
{
    /// <summary>Where the records are; hidden from tasks and protected from them.</summary>
    public const string RecordsFolder = ".dltaskqueue/";

    public string Location => store.Location;

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        IsRecord(prefix)
            ? AsyncEnumerable.Empty<string>()
            : store.ListAsync(prefix, RecordsFolder, cancellationToken);

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default) =>
        store.ExistsAsync(Check(name), cancellationToken);

    public Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) =>
        store.OpenReadAsync(Check(name), cancellationToken);

    public Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        store.WriteAsync(Check(name), content, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        store.DeleteAsync(Check(name), cancellationToken);

    private static string Check(string name) => IsRecord(name + "/")
        ? throw new TaskQueueException(
            ExitCode.BadInput, $"The object name '{name}' is refused: '{RecordsFolder}' is kept for the records of tasks.", next:
            "Choose another name.")
        : name;

    // On a disk that is blind to case, another spelling is the same folder.
    internal static bool IsRecord(string name) => name.StartsWith(RecordsFolder, StringComparison.OrdinalIgnoreCase);
}
