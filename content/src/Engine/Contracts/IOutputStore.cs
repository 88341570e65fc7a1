namespace TaskQueue.Contracts;

/// <summary>A folder or a bucket prefix. Names are relative, with forward slashes, in every kind of store.</summary>
public interface IOutputStore
{
    /// <summary>Where it is, for people: a path or a URL.</summary>
    string Location { get; }

    /// <summary>Lists the names that start with <paramref name="prefix"/>, in no particular order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Opens an object for reading.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Writes an object whole or not at all, replacing an earlier one.</summary>
    Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Removes an object; does nothing when there is none.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken = default);
}
