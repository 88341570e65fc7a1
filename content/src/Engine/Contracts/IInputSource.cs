namespace TaskQueue.Contracts;

/// <summary>Opens inputs by path or URL. A relative path starts at the folder that holds config/.</summary>
public interface IInputSource
{
    /// <summary>Opens an input for reading.</summary>
    /// <param name="location">A path, or a URL: file, http, https, or that of a store.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">There is no such input.</exception>
    Task<Stream> OpenAsync(string location, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the input as a local file: the file itself when it is local, else a copy in the row's scratch folder,
    /// which is removed when the task ends.
    /// </summary>
    Task<string> DownloadAsync(string location, CancellationToken cancellationToken = default);
}
