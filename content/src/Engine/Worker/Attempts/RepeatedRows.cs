using System.Collections.Concurrent;
using System.Text;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Attempts;

/// <summary>Finds out whether the row of a repeated message is done, and ends it in its own run if so.</summary>
internal sealed class RepeatedRows(
    TaskQueueSettings settings, RecordStore records, JournalWriter journal, DoneLookup lookup, StoreOutage outage, WorkerIdentity worker, TimeProvider clock)
{
    /// <summary>Results on their way to the store.</summary>
    private readonly ConcurrentDictionary<(string Task, string Id, DateTimeOffset? Again), (string? Run, Task Writing)> _recording = new();

    /// <summary>Looks up a row that can be done: its message says so, or its last worker may have died before the queue knew.</summary>
    public async Task<bool> IsDoneAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery, bool isSuspect)
    {
        if (!settings.RecordsSuccesses || !(message.Repeat || isSuspect))
            return false;

        var done = await FindAsync(message, run, delivery, isSuspect);
        if (done == DoneBy.None)
            return false;
        var before = new DoneBefore { Id = message.Id, Task = message.Task, Run = run.Name, Finished = clock.GetUtcNow(), Worker = worker.Name };
        await outage.CallAsync(delivery, async stop =>
        {
            // With the line its run ends; where the run has done the row itself, that is its line.
            if (done == DoneBy.AnotherRun)
                await journal.AddAsync(before).WaitAsync(stop);
            // Its worker may have died before it could. Other repeats have no failed record: requeue removes it.
            if (isSuspect)
                await records.Failed.DeleteAsync(message.Task, run.Name, message.Id, stop);
        });
        return true;
    }

    /// <summary>Lets other copies of the row know of a result that is on its way.</summary>
    /// <param name="attempt">Whose.</param>
    /// <param name="writing">Ends when it is recorded.</param>
    public async Task RecordingAsync(Attempt attempt, Task writing)
    {
        var (task, id, run) = (attempt.Message.Task, attempt.Message.Id, attempt.Run);
        _recording[(task, id, run.Again)] = (run.Name, writing);
        try
        {
            await writing;
            lookup.Recorded(task, run.Name, id, run.Again);
        }
        finally
        {
            _recording.TryRemove((task, id, run.Again), out _);
        }
    }

    private async Task<DoneBy> FindAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery, bool isSuspect)
    {
        // A lease that ran out while the store was away: the same worker may have the row again.
        if (_recording.TryGetValue((message.Task, message.Id, run.Again), out var recording))
        {
            await recording.Writing.WaitAsync(delivery.Lost);
            return recording.Run == run.Name ? DoneBy.ItsRun : DoneBy.AnotherRun;
        }
        var id = Encoding.UTF8.GetBytes(message.Id);
        return await outage.CallAsync(delivery, stop => lookup.FindAsync(message.Task, run.Name, id, isSuspect, run.Again).WaitAsync(stop));
    }
}
