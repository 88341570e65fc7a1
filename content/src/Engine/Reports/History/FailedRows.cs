using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Reports.Results;

namespace TaskQueue.Reports.History;

/// <summary>Follows the failed records of a run: they are listed at each look, and each is read once, or again while its row is tried again.</summary>
internal sealed class FailedRows(RecordStore records, RunRecord run)
{
    /// <summary>Of more of them only the number is known.</summary>
    private const int MostRead = 10_000;

    /// <summary>Records of rows that are tried again, read again at each look: those that were read longest ago.</summary>
    private const int MostReadAgain = 64;

    /// <summary>By key.</summary>
    private readonly Dictionary<string, FailedRow> _rows = [];
    private long _looks;

    /// <summary>Those of which something is known.</summary>
    public IReadOnlyCollection<FailedRow> All => _rows.Values;

    /// <summary>Records that are there and were not read.</summary>
    public long Unread { get; private set; }

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var again = _rows.Where(row => !row.Value.IsParked).OrderBy(row => row.Value.ReadAt).Take(MostReadAgain).Select(row => row.Key).ToHashSet();
        var (there, room, unread) = (new HashSet<string>(), MostRead - _rows.Count, 0L);
        _looks++;
        await foreach (var record in records.Failed.ReadAsync(run.Task, run.Run, IsWanted, cancellationToken))
            _rows[TaskKey.Of(record.Id)] = FailedRow.Of(record, _looks);
        foreach (var gone in _rows.Keys.Where(key => !there.Contains(key)).ToList())
            _rows.Remove(gone);
        Unread = unread;

        bool IsWanted(string key)
        {
            if (_rows.ContainsKey(key) || room > 0)
                there.Add(key);
            if (_rows.ContainsKey(key))
                return again.Contains(key);
            if (room-- > 0)
                return true;
            unread++;
            return false;
        }
    }
}

/// <summary>The part of a failed record that is shown.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Worker">Who ran it last.</param>
/// <param name="IsParked">Whether no attempt follows.</param>
/// <param name="Attempts">Those that failed.</param>
/// <param name="Started">When the last one began.</param>
/// <param name="Finished">When it failed; null when it has not ended.</param>
/// <param name="Ring">Where the row is; null where that is not known.</param>
/// <param name="ReadAt">The number of the look that read it.</param>
internal sealed record FailedRow(
    string Id, string Worker, bool IsParked, int Attempts, DateTimeOffset Started, DateTimeOffset? Finished, IReadOnlyList<Position>? Ring, long ReadAt)
{
    public static FailedRow Of(FailedRecord record, long readAt) => new(
        record.Id, record.Worker, record.Parked, record.HasEnded ? record.Attempt : Math.Max(0, record.Attempt - 1), record.Started,
        record.HasEnded ? record.Finished : null, ResultBounds.Find(ResultRow.Of(record))?.Ring, readAt);
}
