using System.Buffers;
using TaskQueue.Collections;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>Which rows of a task are done, in tens of bytes for each, as of the last time that the journals were looked at.</summary>
public sealed class DoneIds
{
    private readonly FingerprintSet _ids = new();

    /// <summary>Of runs that run rows though they are done, by their start.</summary>
    private readonly Dictionary<DateTimeOffset, FingerprintSet> _again = [];
    private readonly JournalReader _reader;

    /// <summary>By the folder of their run; null where that is not asked for.</summary>
    private readonly Dictionary<string, FingerprintSet>? _byRun;

    /// <param name="store">Where the journals are.</param>
    /// <param name="task">Whose.</param>
    /// <param name="byRun">Whether it is to know which run has done a row: that takes twice the memory.</param>
    internal DoneIds(IObjectStore store, string task, bool byRun = false) =>
        (_reader, _byRun) = (new JournalReader(store, JournalNames.Folder(task)), byRun ? [] : null);

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

    /// <summary>All of them, for a caller that is alone with them.</summary>
    internal FingerprintSet All => _ids;

    /// <param name="id">In UTF-8.</param>
    /// <param name="again">The start of a run that runs rows though they are done: no other results count but its own, and those of a later such run.</param>
    public bool Contains(ReadOnlySpan<byte> id, DateTimeOffset? again = null)
    {
        var fingerprint = FingerprintSet.Fingerprint(id);
        lock (_ids)
        {
            if (again is null)
                return _ids.Contains(fingerprint);
            foreach (var (started, ids) in _again)
                if (started >= again && ids.Contains(fingerprint))
                    return true;
            return false;
        }
    }

    /// <summary>Whether a run itself has done a row, and no other run.</summary>
    internal bool Contains(ReadOnlySpan<byte> id, string task, string? run)
    {
        lock (_ids)
            return _byRun!.TryGetValue(JournalNames.Folder(task, run), out var ids) && ids.Contains(id);
    }

    /// <summary>Reads what was added to the journals. After an exception it may be called again. Not for two calls at once.</summary>
    /// <exception cref="Contracts.TaskQueueException">The store refuses (69, 74, 77, 78).</exception>
    public Task RefreshAsync(CancellationToken cancellationToken = default) => _reader.ReadNewAsync(Add, cancellationToken);

    /// <summary>Adds a row that a run has done and whose line is durable, before the journals are looked at again.</summary>
    internal void Add(ReadOnlySpan<byte> id, string task, string? run, DateTimeOffset? again)
    {
        var row = new Row(FingerprintSet.Fingerprint(id), again);
        lock (_ids)
            Add(row, JournalNames.Folder(task, run));
    }

    /// <summary>Holds the lock only for what needs it: several segments are read at once.</summary>
    private void Add(string segment, JournalLines lines)
    {
        var folder = _byRun is null ? null : segment[..(segment.LastIndexOf('/') + 1)];
        var rows = ArrayPool<Row>.Shared.Rent(lines.Count);
        var count = 0;
        for (var line = 0; line < lines.Count; line++)
            if (JournalLine.TryReadId(lines[line], out var id))
                rows[count++] = new Row(FingerprintSet.Fingerprint(id), JournalLine.ReadAgain(lines[line]));
        lock (_ids)
            foreach (var row in rows.AsSpan(0, count))
                Add(row, folder);
        ArrayPool<Row>.Shared.Return(rows);
    }

    private void Add(Row row, string? folder)
    {
        _ids.Add(row.Id);
        if (row.Again is { } started)
            AddTo(_again, started, row.Id);
        if (folder is not null)
            AddTo(_byRun!, folder, row.Id);
    }

    private static void AddTo<T>(Dictionary<T, FingerprintSet> sets, T key, UInt128 id) where T : notnull
    {
        if (!sets.TryGetValue(key, out var ids))
            sets[key] = ids = new FingerprintSet();
        ids.Add(id);
    }

    /// <param name="Id">Its fingerprint.</param>
    /// <param name="Again">The start of its run, when that runs rows though they are done.</param>
    private readonly record struct Row(UInt128 Id, DateTimeOffset? Again);
}
