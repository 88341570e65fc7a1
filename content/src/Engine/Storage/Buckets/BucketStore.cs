using TaskQueue.Contracts;

namespace TaskQueue.Storage.Buckets;

/// <summary>A store in a bucket of a cloud, below a prefix.</summary>
internal sealed class BucketStore : IObjectStore
{
    /// <summary>
    /// What is smaller is written with one request; of what is larger, this much is held in memory twice.
    /// </summary>
    public const int PartSize = 8 << 20;

    private const int MaxDamages = 3;

    private readonly IBucket _bucket;
    private readonly string _root;

    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">A folder in it, without slashes at its ends; empty for the whole bucket.</param>
    public BucketStore(IBucket bucket, string prefix)
    {
        _bucket = bucket;
        _root = prefix.Length == 0 ? "" : ObjectName.Check(prefix) + "/";
    }

    public string Location => $"{_bucket.Location}/{_root}".TrimEnd('/');

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        ListAsync(prefix, hidden: null, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, CancellationToken cancellationToken = default) =>
        List(prefix, hidden, cancellationToken).Select(found => found.Name);

    public IAsyncEnumerable<StoredObject> ListObjectsAsync(string prefix, CancellationToken cancellationToken = default) =>
        List(prefix, hidden: null, cancellationToken);

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default) =>
        _bucket.ExistsAsync(Key(name), cancellationToken);

    public Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) =>
        OpenAsync(Key(name), 0, count: null, cancellationToken);

    public async Task<byte[]> ReadRangeAsync(
        string name, long offset, int count, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        if (count == 0)
        {
            return await _bucket.ExistsAsync(key, cancellationToken)
                ? []
                : throw new FileNotFoundException($"There is no '{key}'.");
        }

        for (var damages = 1; ; damages++)
        {
            try
            {
                return await ReadAsync(key, offset, count == int.MaxValue ? null : count, cancellationToken);
            }
            catch (Exception e) when (e is InvalidDataException or IOException and not FileNotFoundException)
            {
                if (damages == MaxDamages)
                    throw Damaged(key, e);
            }
        }
    }

    public async Task<bool> WriteIfAbsentAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await _bucket.PutAsync(Key(name), content, ifAbsent: true, cancellationToken)
        // The bucket may have taken an earlier try whose answer got lost.
        || await HoldsAsync(name, content, cancellationToken);

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        _bucket.PutAsync(Key(name), content, ifAbsent: false, cancellationToken);

    public async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        var parts = new PartReader(content, PartSize);
        await parts.ReadAsync(cancellationToken);
        await (parts.IsLast
            ? _bucket.PutAsync(key, parts.Current, ifAbsent: false, cancellationToken)
            : _bucket.PutLargeAsync(key, parts, cancellationToken));
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _bucket.DeleteAsync(Key(name), cancellationToken);

    public Uri? GetUrl(string name, TimeSpan validFor) => _bucket.GetUrl(Key(name), validFor);

    public Task ProbeAsync(CancellationToken cancellationToken = default) => StoreProbe.RunAsync(this, cancellationToken);

    private string Key(string name) => _root + ObjectName.Check(name);

    private IAsyncEnumerable<StoredObject> List(string prefix, string? hidden, CancellationToken cancellationToken)
    {
        var start = _root + ObjectName.CheckPrefix(prefix);
        var listing = new SplitListing(
            Location, start, (range, next, cancel) => _bucket.ListAsync(start, range, next, cancel),
            SplitListing.DefaultRequests);
        return listing.RunAsync(Ranges(hidden), cancellationToken)
            .Select(found => found with { Name = found.Name[_root.Length..] })
            .Where(found => ObjectName.IsValid(found.Name))
            .Where(found => hidden is null || !found.Name.StartsWith(hidden, StringComparison.Ordinal));
    }

    private KeyRange[] Ranges(string? hidden) => hidden is null
        ? [new KeyRange("", null)]
        : [new KeyRange("", _root + hidden), new KeyRange($"{_root}{hidden}\U0010FFFF", null)];

    private async Task<Stream> OpenAsync(string key, long offset, long? count, CancellationToken cancellationToken)
    {
        var first = await _bucket.OpenAsync(key, offset, count, version: null, cancellationToken);
        return new ResumingStream(key, first, (position, cancel) =>
            _bucket.OpenAsync(key, offset + position, count - position, first.Version, cancel));
    }

    private async Task<byte[]> ReadAsync(string key, long offset, long? count, CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(key, offset, count, cancellationToken);
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken);
        // A server that tells no length may give more than it was asked for.
        bytes.SetLength(Math.Min(bytes.Length, count ?? long.MaxValue));
        return bytes.ToArray();
    }

    private async Task<bool> HoldsAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            var held = await ReadRangeAsync(name, 0, content.Length + 1, cancellationToken);
            return content.Span.SequenceEqual(held);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private TaskQueueException Damaged(string key, Exception cause) => new(
        ExitCode.Unavailable, $"'{_bucket.Location}/{key}' cannot be read whole: {cause.Message}", next:
        "Check the network, then run it again.", cause: cause);
}
