using System.Collections.Concurrent;
using TaskQueue.Storage;

namespace TaskQueue.Tests.Records.Journals;

/// <summary>A store in front of another: it counts, and a test makes its answers as bad as answers may be.</summary>
internal sealed class ScriptedStore : IObjectStore
{
    private readonly IObjectStore _inner;
    private int _appends;
    private int _open;
    private long _bytesRead;

    public ScriptedStore(IObjectStore inner)
    {
        _inner = inner;
        Create = inner.CreateAppendedAsync;
        Put = (name, content) => inner.WriteIfAbsentAsync(name, content);
        Delete = name => inner.DeleteAsync(name);
        Open = name => inner.OpenReadAsync(name);
    }

    public Func<string, Task<IAppendedFile>> Create { get; set; }

    public Func<IAppendedFile, ReadOnlyMemory<byte>, Task> Append { get; set; } = static (file, content) => file.AppendAsync(content);

    public Func<string, ReadOnlyMemory<byte>, Task<bool>> Put { get; set; }

    public Func<string, Task> Delete { get; set; }

    public Func<string, Task<Stream>> Open { get; set; }

    /// <summary>What a read of a whole object waits for.</summary>
    public Func<Task> BeforeRead { get; set; } = static () => Task.CompletedTask;

    /// <summary>Is told of bytes when they have been read, and may throw.</summary>
    public Action<string, int> Read { get; set; } = static (_, _) => { };

    /// <summary>Names of objects and files that were asked to be new.</summary>
    public ConcurrentQueue<string> Written { get; } = [];

    public int Appends => _appends;

    public int MostOpen { get; private set; }

    public int OpenFiles => _open;

    public long BytesRead => _bytesRead;

    public string Location => _inner.Location;

    public bool CanAppend => _inner.CanAppend;

    public Task<long> MeasureAsync(string prefix, CancellationToken cancellationToken = default) => _inner.MeasureAsync(prefix, cancellationToken);

    public async Task<IAppendedFile> CreateAppendedAsync(string name)
    {
        Written.Enqueue(name);
        var file = await Create(name);
        MostOpen = Math.Max(MostOpen, Interlocked.Increment(ref _open));
        return new AppendedFile(this, file);
    }

    public Task<bool> WriteIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Written.Enqueue(name);
        return Put(name, content);
    }

    public async Task<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        var content = await Open(name);
        return new CountedStream(content, content.CanSeek, count =>
        {
            Interlocked.Add(ref _bytesRead, count);
            Read(name, count);
        });
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) => Delete(name);

    public IAsyncEnumerable<string> ListAsync(string prefix = "", CancellationToken cancellationToken = default) => _inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListAsync(string prefix, string? hidden, CancellationToken cancellationToken = default) =>
        _inner.ListAsync(prefix, hidden, cancellationToken);

    public Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default) => _inner.ExistsAsync(name, cancellationToken);

    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellationToken = default)
    {
        await BeforeRead();
        return await _inner.ReadAsync(name, cancellationToken);
    }

    public Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(name, content, cancellationToken);

    public Task WriteAsync(string name, Stream content, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Uri? GetUrl(string name, TimeSpan validFor) => null;

    private sealed class AppendedFile(ScriptedStore store, IAppendedFile inner) : IAppendedFile
    {
        public Task AppendAsync(ReadOnlyMemory<byte> content)
        {
            Interlocked.Increment(ref store._appends);
            return store.Append(inner, content);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref store._open);
            inner.Dispose();
        }
    }
}
