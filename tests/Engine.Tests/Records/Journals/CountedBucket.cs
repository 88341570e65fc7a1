using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>A bucket in memory that counts what it is asked about journals. Its answers take no time.</summary>
internal sealed class CountedBucket : IObjectStore
{
    public const int PageSize = 1000;

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _objects = new();
    private long _writes;
    private long _bytesWritten;
    private long _deletes;
    private long _looks;
    private long _pages;
    private long _reads;
    private long _bytesRead;

    public string Location => "memory";

    /// <summary>What a read of a journal waits for.</summary>
    public Func<Task> BeforeRead { get; set; } = () => Task.CompletedTask;

    /// <summary>What a delete waits for.</summary>
    public Func<Task> BeforeDelete { get; set; } = () => Task.CompletedTask;

    public long Writes => _writes;

    public long BytesWritten => _bytesWritten;

    public long Deletes => _deletes;

    /// <summary>Requests for whether there is an object.</summary>
    public long Looks => _looks;

    public long Pages => _pages;

    public long Reads => _reads;

    public long BytesRead => _bytesRead;

    public int Objects => Journals.Count();

    public Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default) =>
        Task.FromResult(_objects.Where(held => held.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(held => (long)held.Value.Length));

    public long BytesHeld => Journals.Sum(held => (long)held.Value.Length);

    private IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Journals =>
        _objects.Where(held => held.Key.EndsWith(JournalNames.Ending, StringComparison.Ordinal));

    public Task<bool> WriteIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _bytesWritten, content.Length);
        return Task.FromResult(_objects.TryAdd(name, content));
    }

    public async Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _deletes);
        await BeforeDelete();
        _objects.TryRemove(name, out _);
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _looks);
        return Task.FromResult(_objects.ContainsKey(name));
    }

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        ListAsync(prefix, hidden: null, cancellationToken);

    public async IAsyncEnumerable<string> ListAsync(
        string prefix, string? hidden, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var page in _objects.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Chunk(PageSize).DefaultIfEmpty([]))
        {
            Interlocked.Increment(ref _pages);
            foreach (var name in page)
                yield return name;
        }
    }

    public async Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        var isJournal = name.EndsWith(JournalNames.Ending, StringComparison.Ordinal);
        if (isJournal)
        {
            Interlocked.Increment(ref _reads);
            await BeforeRead();
        }
        if (!_objects.TryGetValue(name, out var content))
            throw new FileNotFoundException(name);
        if (isJournal)
            Interlocked.Add(ref _bytesRead, content.Length);
        return new MemoryStream(content.ToArray(), writable: false);
    }

    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        ((MemoryStream)await OpenReadAsync(name, cancellationToken)).ToArray();

    /// <summary>Not for journals, which replace nothing.</summary>
    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Assert.False(name.EndsWith(JournalNames.Ending, StringComparison.Ordinal), name);
        _objects[name] = content;
        return Task.CompletedTask;
    }

    public Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Uri? GetUrl(string name, TimeSpan validFor) => null;
}
