using TaskQueue.Contracts;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Buckets;

/// <summary>
/// The few things that a cloud's buckets differ in. Keys are whole; failures that may pass were tried again.
/// </summary>
/// <remarks>Methods throw the exceptions of their library; <see cref="Explain"/> says what these mean.</remarks>
internal interface IBucket
{
    /// <summary>Its URL, without a key.</summary>
    string Location { get; }

    /// <inheritdoc cref="FetchPage"/>
    Task<ListPage> ListAsync(string prefix, KeyRange range, string? next, CancellationToken cancellationToken);

    Task<bool> ExistsAsync(string key, CancellationToken cancellationToken);

    /// <summary>Opens an object from some byte on.</summary>
    /// <param name="key">The whole key.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="version">
    /// What <see cref="RemoteBody.Version"/> was, to go on reading that object and no later one.
    /// </param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    Task<RemoteBody> OpenAsync(string key, long offset, string? version, CancellationToken cancellationToken);

    /// <returns>False when it is to be written only if absent, and is not.</returns>
    Task<bool> PutAsync(string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken);

    /// <summary>Writes a large object of which nothing is seen before all of it is there.</summary>
    Task PutLargeAsync(string key, Stream content, CancellationToken cancellationToken);

    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <inheritdoc cref="IObjectStore.FindStampAsync"/>
    Task<ObjectStamp?> FindStampAsync(string key, CancellationToken cancellationToken);

    /// <summary>A URL that a browser can open; null when there is none.</summary>
    Uri? GetUrl(string key, TimeSpan validFor);

    /// <inheritdoc cref="IObjectStore.PrepareUrlsAsync"/>
    Task<string?> PrepareUrlsAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Says what an exception of these methods means to a person (69, 77, 78).</summary>
    /// <param name="exception">Any that they throw, but for those that are named above.</param>
    /// <param name="verb">Such as read.</param>
    /// <param name="location">The URL of the object.</param>
    TaskQueueException Explain(Exception exception, string verb, string location);
}
