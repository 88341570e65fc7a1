using System.Runtime.ExceptionServices;
using TaskQueue.Contracts;
using TaskQueue.Storage.Streams;

namespace TaskQueue.Storage.Buckets;

/// <summary>A store in a bucket of a cloud, below a prefix.</summary>
internal sealed class BucketStore : IObjectStore
{
    /// <summary>
    /// Smaller objects are written with one request; of what is larger, this much is held in memory twice.
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

    public IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, CancellationToken cancellationToken = default)
    {
        var start = _root + ObjectName.CheckPrefix(prefix);
        var listing = new SplitListing(
            Location,
            start,
            (range, next, cancel) => AskAsync("list", start, () => _bucket.ListAsync(start, range, next, cancel)),
            SplitListing.DefaultRequests);
        return listing.RunAsync(Ranges(hidden), cancellationToken)
            .Select(key => key[_root.Length..])
            .Where(ObjectName.IsValid)
            .Where(name => hidden is null || !name.StartsWith(hidden, StringComparison.Ordinal));
    }

    public async Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var start = _root + ObjectName.CheckPrefix(prefix);
        var (bytes, next) = (0L, (string?)null);
        do
        {
            var page = await AskAsync("list", start, () => _bucket.ListAsync(start, new KeyRange("", null), next, cancellationToken));
            (bytes, next) = (bytes + page.Bytes, page.Next);
        }
        while (next is not null);
        return bytes;
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        return AskAsync("look for", key, () => _bucket.ExistsAsync(key, cancellationToken));
    }

    public async Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        var first = await OpenAsync(key, 0, version: null, cancellationToken);
        return new ResumingStream(key, first, (position, cancel) => OpenAsync(key, position, first.Version, cancel));
    }

    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default)
    {
        for (var damages = 1; ; damages++)
        {
            try
            {
                await using var content = await OpenReadAsync(name, cancellationToken);
                var bytes = new MemoryStream();
                await content.CopyToAsync(bytes, cancellationToken);
                return bytes.ToArray();
            }
            catch (Exception e) when (e is InvalidDataException or IOException and not FileNotFoundException)
            {
                if (damages == MaxDamages)
                    throw Damaged(name, e);
            }
        }
    }

    public async Task<bool> WriteIfAbsentAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        await PutAsync(Key(name), content, ifAbsent: true, cancellationToken)
        // The bucket may have taken an earlier try whose answer got lost.
        || await HoldsAsync(name, content, cancellationToken);

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        PutAsync(Key(name), content, ifAbsent: false, cancellationToken);

    public async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        await using var source = new SourceStream(content);
        var start = await source.PeekAsync(PartSize, cancellationToken);
        try
        {
            await (start.Length < PartSize
                ? PutAsync(key, start, ifAbsent: false, cancellationToken)
                : AskAsync("write", key, () => _bucket.PutLargeAsync(key, source, cancellationToken)));
        }
        catch (Exception) when (source.Fault is not null)
        {
            ExceptionDispatchInfo.Throw(source.Fault);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        return AskAsync("delete", key, () => _bucket.DeleteAsync(key, cancellationToken));
    }

    public Task<ObjectStamp?> FindStampAsync(string name, CancellationToken cancellationToken = default)
    {
        var key = Key(name);
        return AskAsync("look for", key, () => _bucket.FindStampAsync(key, cancellationToken));
    }

    public Uri? GetUrl(string name, TimeSpan validFor) => _bucket.GetUrl(Key(name), validFor);

    public Task<string?> PrepareUrlsAsync(CancellationToken cancellationToken = default) => _bucket.PrepareUrlsAsync(cancellationToken);

    private string Key(string name) => _root + ObjectName.Check(name);

    private KeyRange[] Ranges(string? hidden) => hidden is null
        ? [new KeyRange("", null)]
        : [new KeyRange("", _root + hidden), new KeyRange($"{_root}{hidden}\U0010FFFF", null)];

    private Task<RemoteBody> OpenAsync(string key, long offset, string? version, CancellationToken cancellationToken) =>
        AskAsync("read", key, () => _bucket.OpenAsync(key, offset, version, cancellationToken));

    private Task<bool> PutAsync(string key, ReadOnlyMemory<byte> content, bool ifAbsent, CancellationToken cancellationToken) =>
        AskAsync("write", key, () => _bucket.PutAsync(key, content, ifAbsent, cancellationToken));

    private async Task<bool> HoldsAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            var held = await ReadAsync(name, cancellationToken);
            return content.Span.SequenceEqual(held);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private Task<bool> AskAsync(string verb, string key, Func<Task> ask) => AskAsync(verb, key, async () =>
    {
        await ask();
        return true;
    });

    /// <summary>Asks the bucket; what its library throws becomes an error that a person can act on.</summary>
    private async Task<T> AskAsync<T>(string verb, string key, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is not (OperationCanceledException or TaskQueueException or FileNotFoundException))
        {
            throw _bucket.Explain(e, verb, $"{_bucket.Location}/{key}");
        }
    }

    private TaskQueueException Damaged(string name, Exception cause) => new(
        ExitCode.Unavailable, $"'{Location}/{name}' cannot be read whole: {cause.Message}", next:
        "Check the network, then run it again.", cause: cause);
}
