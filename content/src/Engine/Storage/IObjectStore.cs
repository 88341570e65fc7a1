using TaskQueue.Contracts;

namespace TaskQueue.Storage;

/// <summary>What every kind of store can do. Names are relative to its root, with forward slashes.</summary>
/// <remarks>
/// "Not found" and "not allowed" are different answers: a listing or read that is refused or fails throws a
/// <see cref="TaskQueueException"/> (exit codes 69, 74, 77, 78) and never looks like an empty store.
/// </remarks>
public interface IObjectStore : IOutputStore
{
    /// <summary>Lists names below a prefix, as a stream; temporary names of unfinished writes are left out.</summary>
    /// <param name="prefix">What the names start with.</param>
    /// <param name="hidden">
    /// A folder, ending with a slash, that is passed over without being looked at; null for none.
    /// </param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, CancellationToken cancellationToken = default);

    /// <summary>Adds up the sizes of the objects below a prefix, in bytes.</summary>
    Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Reads an object whole.</summary>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Writes an object whole, unless there is one of that name. Durable when it returns.</summary>
    /// <returns>False when there was one already: it is left as it was.</returns>
    Task<bool> WriteIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Writes an object whole, replacing an earlier one. Durable when it returns.</summary>
    Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Whether files can be extended; where they cannot, an object never changes once it is written.</summary>
    bool CanAppend => false;

    /// <summary>Makes a file to append to, whose name is durable when this returns.</summary>
    /// <exception cref="NotSupportedException">The store cannot append.</exception>
    /// <exception cref="TaskQueueException">There is a file of that name, or it cannot be made.</exception>
    Task<IAppendedFile> CreateAppendedAsync(string name) => throw new NotSupportedException();

    /// <summary>How long an object is, and when it was written; null when there is none, or the store cannot say.</summary>
    Task<ObjectStamp?> FindStampAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult<ObjectStamp?>(null);

    /// <summary>A URL that a browser can open; null when the store has none.</summary>
    Uri? GetUrl(string name, TimeSpan validFor);

    /// <summary>Makes ready for <see cref="GetUrl"/>.</summary>
    /// <returns>Why its URLs are not signed, in a sentence; null when they are, or need not be.</returns>
    Task<string?> PrepareUrlsAsync(CancellationToken cancellationToken = default) => Task.FromResult<string?>(null);
}
