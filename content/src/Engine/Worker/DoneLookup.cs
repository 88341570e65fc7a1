using System.Collections.Concurrent;
using TaskQueue.Records;
using TaskQueue.Records.Journals;

namespace TaskQueue.Worker;

/// <summary>
/// Looks up whether rows are done that may be: all that ask share one look at the journals, at most one a second, and
/// only at what is new.
/// </summary>
internal sealed class DoneLookup(RecordStore records, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskRows> _tasks = new();

    /// <param name="task">Its name.</param>
    /// <param name="id">In UTF-8.</param>
    /// <exception cref="Contracts.TaskQueueException">The store refuses; the next call asks it again.</exception>
    public async Task<bool> IsDoneAsync(string task, byte[] id)
    {
        var rows = _tasks.GetOrAdd(task, name => new TaskRows(records.OpenDoneIds(name), clock));
        if (rows.Ids.Contains(id))
            return true;
        await rows.RefreshAsync();
        return rows.Ids.Contains(id);
    }

    private sealed class TaskRows(DoneIds ids, TimeProvider clock)
    {
        private readonly Lock _turn = new();
        private Task _running = Task.CompletedTask;
        private Task? _waiting;
        private long? _lastStart;

        public DoneIds Ids { get; } = ids;

        /// <summary>Ends with a refresh that started after the call.</summary>
        public Task RefreshAsync()
        {
            lock (_turn)
                return _waiting ??= RefreshAfterAsync(_running);
        }

        private async Task RefreshAfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
            if (_lastStart is { } last && Interval - clock.GetElapsedTime(last) is { Ticks: > 0 } wait)
                await Task.Delay(wait, clock);
            lock (_turn)
            {
                _running = _waiting!;
                _waiting = null;
                _lastStart = clock.GetTimestamp();
            }
            await Ids.RefreshAsync(CancellationToken.None);
        }
    }
}
