using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Storage.Inputs;

/// <summary>
/// Opens inputs for all tasks of a worker: connections and stores are shared, scratch folders are not.
/// </summary>
/// <param name="projectRoot">The folder that holds config/: relative paths start here.</param>
/// <param name="roots">What may be read on this machine; null for everything.</param>
public sealed class InputSources(string projectRoot, InputRoots? roots = null) : IDisposable
{
    private readonly HttpInputs _http = new(roots);
    private readonly ConcurrentDictionary<string, IObjectStore> _stores = new(StringComparer.Ordinal);

    /// <summary>The inputs of one task; disposing it removes what the task downloaded.</summary>
    public InputSource ForTask() => new(this);

    public void Dispose() => _http.Dispose();

    /// <summary>The path of an input on this machine; null when it has to be fetched.</summary>
    /// <exception cref="TaskQueueException">It may not be read (77).</exception>
    internal string? LocalPath(string location)
    {
        var path = StoreUrl.Parse(location) switch
        {
            null => Path.GetFullPath(location, projectRoot),
            { Scheme: "file" } url => url.ToLocalPath(),
            _ => null,
        };
        if (path is not null)
            roots?.CheckFile(path);
        return path;
    }

    /// <exception cref="FileNotFoundException">There is no such input.</exception>
    /// <exception cref="TaskQueueException">It cannot be read (69, 74, 77, 78).</exception>
    internal async Task<Stream> OpenAsync(string location, CancellationToken cancellationToken)
    {
        if (LocalPath(location) is { } path)
            return FolderReader.Open(path);

        var url = StoreUrl.Parse(location)!;
        if (url.Scheme is "http" or "https")
            return await _http.OpenAsync(location, cancellationToken);

        if (!StoreKinds.Knows(url.Scheme) || url.Host.Length == 0)
        {
            throw new TaskQueueException(
                ExitCode.BadInput, $"The input '{SecretMask.Hide(location)}' cannot be opened.", next:
                $"Use a path, or a URL: http, https, {string.Join(", ", StoreKinds.Schemes)}.");
        }

        var store = _stores.GetOrAdd($"{url.Scheme}://{url.Host}", root => StoreKinds.Open(root, projectRoot));
        return await store.OpenReadAsync(url.Path, cancellationToken);
    }
}
