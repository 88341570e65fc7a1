using System.Runtime.CompilerServices;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>A bucket in memory: it lists page by page, reads from the start, and cannot append.</summary>
internal sealed class MemoryStore : IObjectStore
{
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();

    public int PageSize { get; init; } = 1000;

    /// <summary>Whether an object is written although there is one.</summary>
    public bool IgnoresConditions { get; init; }

    /// <summary>What happens before each page but the first.</summary>
    public Func<Task> BetweenPages { get; set; } = static () => Task.CompletedTask;

    public string Location => "memory";

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_turn)
                return [.. _objects.Keys];
        }
    }

    public Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default) =>
        Task.FromResult(Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Sum(name => (long)Find(name)!.Length));

    public byte[]? Find(string name)
    {
        lock (_turn)
            return _objects.GetValueOrDefault(name);
    }

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) => ListAsync(prefix, null, cancellationToken);

    public async IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = "";
        while (true)
        {
            var page = Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(name, last) > 0).Take(PageSize).ToList();
            foreach (var name in page)
                yield return name;
            if (page.Count < PageSize)
                yield break;
            last = page[^1];
            await BetweenPages();
        }
    }

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default) => Task.FromResult(Find(name) is not null);

    public async Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default) =>
        new CountedStream(new MemoryStream(await ReadAsync(name, cancellationToken)), canSeek: false, static _ => { });

    public Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default) =>
        Find(name) is { } bytes ? Task.FromResult(bytes) : throw new FileNotFoundException($"There is no '{name}'.");

    public Task<bool> WriteIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        lock (_turn)
        {
            if (_objects.ContainsKey(name) && !IgnoresConditions)
                return Task.FromResult(false);
            _objects[name] = content.ToArray();
            return Task.FromResult(true);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        lock (_turn)
            _objects.Remove(name);
        return Task.CompletedTask;
    }

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Uri? GetUrl(string name, TimeSpan validFor) => null;
}
