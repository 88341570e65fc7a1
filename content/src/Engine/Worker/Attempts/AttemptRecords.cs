using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Attempts;

/// <summary>Numbers the attempts at messages, and records those that succeeded.</summary>
/// <remarks>
/// Where the queue counts deliveries only, attempts are counted in the failed record. There, a repeated message without
/// an ended attempt on record is a suspect: its worker may have died of it. It runs alone, and its attempt is written
/// down before it starts, so that a task that kills its worker fails like one that throws, while the tasks that ran
/// beside it are charged with one attempt at most.
/// </remarks>
internal sealed class AttemptRecords(
    TaskQueueSettings settings, TaskCatalog tasks, RecordStore records, KnownRuns runs, JournalWriter journal, RepeatedRows repeats, AttemptLogs logs,
    FailedAttempts failures, StoreOutage outage, ExclusiveGate gate, WorkerLifetime lifetime, WorkerIdentity worker, TimeProvider clock,
    IFailPoints? failPoints = null)
{
    /// <summary>A message that was delivered, and of which nothing is recorded: it may have been tried once.</summary>
    private const int AfterUnknownStart = 2;

    /// <summary>A longer log is a file of its own.</summary>
    private const int ShortLogBytes = 1024;

    /// <summary>A longer result is an object of its own, so that journals stay quick to read.</summary>
    private const int ShortResultBytes = 256 << 10;

    /// <summary>Ends when another result can be recorded without that more and more of them wait in memory.</summary>
    public Task WhenRoomAsync() => settings.RecordsSuccesses ? journal.WhenRoom.WaitAsync(lifetime.Deadline) : Task.CompletedTask;

    /// <returns>Null when the row is done.</returns>
    /// <exception cref="OperationCanceledException">The message was lost, or the worker left, before its turn came.</exception>
    public async Task<Attempt?> BeginAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery)
    {
        await outage.WhenOver.WaitAsync(lifetime.Drained);
        var limits = tasks.LimitsOf(message.Task, settings);
        if (delivery.Attempt is { } counted)
            return await repeats.IsDoneAsync(message, run, delivery, delivery.IsRepeat)
                ? null
                : new Attempt(message, run, counted + (message.Attempts ?? 0), limits, worker, clock) { IsSuspect = counted > 1 };

        // A row that rested, or was in a group, has its earlier attempts on record, as one that comes back.
        var isLater = delivery.IsRepeat || message.Attempts is not null;
        var earlier = isLater ? await outage.CallAsync(delivery, stop => failures.FindAsync(message, run, stop)) : null;
        var isSuspect = earlier is null ? delivery.IsRepeat : !earlier.HasEnded;
        if (await repeats.IsDoneAsync(message, run, delivery, isSuspect))
            return null;
        var before = message.Attempts ?? 0;
        if (earlier is null && !delivery.IsRepeat && before == 0)
            return new Attempt(message, run, 1, limits, worker, clock) { Place = await gate.EnterAsync(delivery.Lost) };

        var number = earlier is null ? Math.Min(before + (delivery.IsRepeat ? AfterUnknownStart : 1), limits.MaxAttempts) : Math.Max(before, earlier.Attempt) + 1;
        var place = isSuspect ? await gate.EnterAloneAsync(delivery.Lost) : await gate.EnterAsync(delivery.Lost);
        return new Attempt(message, run, number, limits, worker, clock) { Place = place, IsSuspect = isSuspect, IsOnRecord = true, Earlier = earlier };
    }

    /// <summary>Whether a row is done whose group was in hand before; what was recorded up to now counts.</summary>
    public async Task<bool> IsDoneAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery)
    {
        await outage.WhenOver.WaitAsync(lifetime.Drained);
        return await repeats.IsDoneAsync(message, run, delivery, isSuspect: true);
    }

    /// <summary>Stores a result that is too long for its record, while the task has its slot still: memory holds few of them.</summary>
    /// <returns>Null when the record takes it, or its run was deleted.</returns>
    /// <exception cref="OperationCanceledException">The store refused until the message was lost, or the worker left.</exception>
    public async Task<StoredJson?> StoreAsync(Attempt attempt, JsonElement result, ITaskDelivery delivery)
    {
        if (!settings.RecordsSuccesses || JsonMarshal.GetRawUtf8Value(result).Length <= ShortResultBytes)
            return null;
        return await outage.CallAsync(delivery, async stop => (await runs.FindAsync(attempt.Message.Run)).IsDeleted
            ? null
            : await records.Values.WriteResultAsync(
                attempt.Message.Task, attempt.Run.Name, attempt.Message.Id, JsonMarshal.GetRawUtf8Value(result).ToArray(), stop));
    }

    /// <summary>Writes log and done record. A result whose message was lost is recorded all the same, but not acknowledged.</summary>
    public async Task<TaskReport> SucceedAsync(Attempt attempt, JsonElement result, StoredJson? stored, ITaskDelivery delivery)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        var (name, run, id, log) = (attempt.Message.Task, attempt.Run.Name, attempt.Message.Id, attempt.Log.ToUtf8());
        var isShort = log is null or { Length: <= ShortLogBytes };
        // Not made where it is not kept: the memory in it is asked of the system.
        var record = settings.RecordsSuccesses ? attempt.Done(result, stored, isShort && log is not null ? Encoding.UTF8.GetString(log) : null) : null;
        failPoints?.Pass(FailPoint.BeforeResult);
        var (isWritten, isDropped) = (false, false);
        var writing = outage.CallAsync(delivery: null, async stop =>
        {
            // The done rows of a cancelled run stay; of a deleted one nothing may come back, however long the store was away.
            isDropped = !isWritten && (await runs.FindAsync(attempt.Message.Run)).IsDeleted;
            if (isDropped)
                return;
            if (!isWritten && (record is null || !isShort))
                await logs.WriteAsync(attempt, stop);
            failPoints?.Pass(FailPoint.MidResult);
            // Once: what follows may have to be tried again.
            if (!isWritten && record is not null)
                await journal.AddAsync(record);
            isWritten = true;
            if (attempt.Number > 1 || attempt.IsOnRecord)
                await records.Failed.DeleteAsync(name, run, id, stop);
            await records.Failed.DeleteOfOtherRunsAsync(name, run, id, stop);
        });
        await (record is null ? writing : repeats.RecordingAsync(attempt, writing));
        if (isDropped)
            return await failures.DropAsync(attempt, delivery);
        failPoints?.Pass(FailPoint.AfterResult);
        return new TaskReport(delivery.IsStillHeld() ? TaskOutcome.Done : TaskOutcome.LeaseLost) { Result = result };
    }
}
