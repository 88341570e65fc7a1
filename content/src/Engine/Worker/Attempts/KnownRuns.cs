using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Records;

namespace TaskQueue.Worker.Attempts;

/// <summary>The runs of the messages that this worker meets: read when the first one comes, and again at each heartbeat.</summary>
/// <remarks>One that could not be read at a heartbeat is read before anything more of it is started, or recorded.</remarks>
internal sealed class KnownRuns(RecordStore records, TimeProvider clock)
{
    /// <summary>How often a worker looks whether its runs were ended.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>One heartbeat, and the time to read.</summary>
    private static readonly TimeSpan Fresh = Heartbeat * 1.5;

    /// <summary>Of more, those that were not met for a while are forgotten.</summary>
    private const int MostRuns = 1000;

    private readonly ConcurrentDictionary<string, Entry> _runs = new();

    /// <summary>Finds a run, as it was one heartbeat ago or later.</summary>
    /// <param name="run">As the message names it.</param>
    /// <exception cref="TaskQueueException">The store refuses; the next call asks it again.</exception>
    public ValueTask<KnownRun> FindAsync(string? run)
    {
        if (run is null or "")
            return new(KnownRun.None);
        var entry = _runs.GetOrAdd(run, static _ => new Entry());
        entry.Met = clock.GetTimestamp();
        return entry.Run is { } known && clock.GetElapsedTime(entry.Read) < Fresh ? new(known) : new(entry.ReadAsync(() => ReadAsync(run, entry)));
    }

    /// <summary>Finds a run, however long the store is away.</summary>
    public async Task<KnownRun> FindAsync(string? run, StoreOutage outage, ITaskDelivery delivery)
    {
        var found = FindAsync(run);
        return found.IsCompletedSuccessfully ? found.Result : await outage.CallAsync(delivery, stop => FindAsync(run).AsTask().WaitAsync(stop));
    }

    /// <summary>Looks which runs were ended since: those of running tasks, and those that were met since the last time.</summary>
    /// <param name="running">Names of runs.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="TaskQueueException">The store refuses; what was not read is read before it is used.</exception>
    public Task RefreshAsync(IReadOnlySet<string> running, CancellationToken cancellationToken)
    {
        var idle = _runs.Where(run => !running.Contains(run.Key) && clock.GetElapsedTime(run.Value.Met) > Fresh).ToList();
        foreach (var (run, _) in _runs.Count > MostRuns ? idle : [])
            _runs.TryRemove(run, out _);
        return Parallel.ForEachAsync(
            _runs.Except(idle), cancellationToken, async (run, stop) => await run.Value.ReadAsync(() => ReadAsync(run.Key, run.Value)).WaitAsync(stop));
    }

    private async Task<KnownRun> ReadAsync(string run, Entry entry)
    {
        var started = clock.GetTimestamp();
        // An end that is written meanwhile counts from the next heartbeat on. The record never changes in what is read here.
        var end = await records.Runs.FindEndAsync(run);
        // Running tasks hold what was read: only a record that came later makes another of it.
        var known = entry.Run;
        if (known is not { Name: not null } && await records.Runs.FindAsync(run) is var record && (known is null || record is not null))
            known = new KnownRun(run, record);
        if (end is not null)
            known.End(end);
        (entry.Run, entry.Read) = (known, started);
        return known;
    }

    private sealed class Entry
    {
        private readonly Lock _turn = new();
        private Task<KnownRun>? _reading;

        public KnownRun? Run { get; set; }

        /// <summary>When the last reading began.</summary>
        public long Read { get; set; }

        public long Met { get; set; }

        /// <summary>All that ask at the same time share one reading.</summary>
        public Task<KnownRun> ReadAsync(Func<Task<KnownRun>> read)
        {
            lock (_turn)
                return _reading is { IsCompleted: false } ? _reading : _reading = Task.Run(read);
        }
    }
}
