using TaskQueue.Collections;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>Which rows of a task are done, in tens of bytes for each, as of the last time that the journals were looked at.</summary>
public sealed class DoneIds
{
    private readonly FingerprintSet _ids = new();
    private readonly JournalReader _reader;

    internal DoneIds(IObjectStore store, string task) => _reader = new JournalReader(store, task);

    public int Count
    {
        get
        {
            lock (_ids)
                return _ids.Count;
        }
    }

    /// <summary>Lines of journals that were passed over because they are not whole.</summary>
    public long Damaged => _reader.Damaged;

    /// <param name="id">In UTF-8.</param>
    public bool Contains(ReadOnlySpan<byte> id)
    {
        lock (_ids)
            return _ids.Contains(id);
    }

    /// <summary>Reads what was added to the journals. After an exception it may be called again. Not for two calls at once.</summary>
    /// <exception cref="Contracts.TaskQueueException">The store refuses (69, 74, 77, 78).</exception>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _reader.ReadNewAsync(Add, cancellationToken);

    /// <summary>Adds a row whose line is durable, before the journals are looked at again.</summary>
    /// <param name="id">In UTF-8.</param>
    public void Add(ReadOnlySpan<byte> id)
    {
        lock (_ids)
            _ids.Add(id);
    }

    private void Add(string segment, ReadOnlySpan<byte> line)
    {
        if (JournalLine.TryReadId(line, out var id))
            Add(id);
    }
}
