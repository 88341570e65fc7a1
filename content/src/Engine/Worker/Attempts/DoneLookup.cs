using System.Collections.Concurrent;
using System.Text;
using TaskQueue.Records;
using TaskQueue.Records.Journals;

namespace TaskQueue.Worker.Attempts;

/// <summary>
/// Looks up whether rows are done that may be: all that ask share one look at the journals, only at what is new, and at
/// most one a second, or a tenth of the time where that takes less.
/// </summary>
internal sealed class DoneLookup(RecordStore records, TimeProvider clock)
{
    private const int ShareOfTime = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskRows> _tasks = new();

    /// <param name="task">Its name.</param>
    /// <param name="run">The run of the message that asks; null when it is of none.</param>
    /// <param name="id">In UTF-8.</param>
    /// <param name="isCertain">Whether a result of the last second counts: its worker may have died before the queue knew of it.</param>
    /// <param name="again">The start of its run, when that runs rows though they are done.</param>
    /// <exception cref="Contracts.TaskQueueException">The store refuses; the next call asks it again.</exception>
    public async Task<DoneBy> FindAsync(string task, string? run, byte[] id, bool isCertain, DateTimeOffset? again)
    {
        var rows = _tasks.GetOrAdd(task, name => new TaskRows(records.OpenDoneIds(name), clock));
        if (!rows.Ids.Contains(id, again) && (isCertain || !rows.IsFresh))
            await rows.RefreshAsync();
        return !rows.Ids.Contains(id, again) ? DoneBy.None : rows.Ids.Contains(id, task, run) ? DoneBy.ItsRun : DoneBy.AnotherRun;
    }

    /// <summary>This worker has recorded a row: its next copy may be here already.</summary>
    public void Recorded(string task, string? run, string id, DateTimeOffset? again)
    {
        // Without an earlier lookup there is nothing to add to: the first one reads the journals.
        if (_tasks.TryGetValue(task, out var rows))
            rows.Ids.Add(Encoding.UTF8.GetBytes(id), task, run, again);
    }

    private sealed class TaskRows(DoneIds ids, TimeProvider clock)
    {
        private readonly Lock _turn = new();
        private Task _running = Task.CompletedTask;
        private Task? _waiting;
        private TimeSpan _pause = Interval;
        private long? _started;
        private long? _seen;

        public DoneIds Ids { get; } = ids;

        /// <summary>Whether the last look at the journals is less than a second old.</summary>
        public bool IsFresh
        {
            get
            {
                lock (_turn)
                    return _seen is { } seen && clock.GetElapsedTime(seen) < Interval;
            }
        }

        /// <summary>Ends with a look that started after the call.</summary>
        public Task RefreshAsync()
        {
            lock (_turn)
                return _waiting ??= RefreshAfterAsync(_running);
        }

        private async Task RefreshAfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
            if (_started is { } last && _pause - clock.GetElapsedTime(last) is { Ticks: > 0 } wait)
                await Task.Delay(wait, clock);
            var start = clock.GetTimestamp();
            lock (_turn)
            {
                (_running, _waiting) = (_waiting!, null);
                _started = start;
            }
            await Ids.RefreshAsync(CancellationToken.None);
            lock (_turn)
            {
                _seen = start;
                var pause = ShareOfTime * clock.GetElapsedTime(start);
                _pause = pause < Interval ? pause : Interval;
            }
        }
    }
}

/// <summary>Which run has done a row.</summary>
internal enum DoneBy
{
    /// <summary>It is not done.</summary>
    None,

    /// <summary>The run that asks.</summary>
    ItsRun,

    AnotherRun,
}
