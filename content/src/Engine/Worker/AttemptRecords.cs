using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Numbers the attempts at messages, and records how each ended unless its message was lost meanwhile.</summary>
/// <remarks>
/// Where the queue counts deliveries only, attempts are counted in the failed record. There, a repeated message without
/// an ended attempt on record is a suspect: its worker may have died of it. It runs alone, and its attempt is written
/// down before it starts, so that a task that kills its worker fails like one that throws, while the tasks that ran
/// beside it are charged with one attempt at most.
/// </remarks>
internal sealed class AttemptRecords(
    TaskQueueSettings settings, TaskCatalog tasks, RecordStore records, KnownRuns runs, JournalWriter journal, RepeatedRows repeats, AttemptLogs logs, StoreOutage outage,
    ExclusiveGate gate, WorkerLifetime lifetime, WorkerIdentity worker, TimeProvider clock, ILogger<TaskExecutor> logger, IFailPoints? failPoints = null)
{
    /// <summary>A message that was delivered, and of which nothing is recorded: it may have been tried once.</summary>
    private const int AfterUnknownStart = 2;

    /// <summary>A longer log is a file of its own.</summary>
    private const int ShortLogBytes = 1024;

    /// <summary>A longer result is an object of its own, so that journals stay quick to read.</summary>
    private const int ShortResultBytes = 256 << 10;

    private int _givenBack;

    /// <summary>Ends when another result can be recorded without that more and more of them wait in memory.</summary>
    public Task WhenRoomAsync() => settings.RecordsSuccesses ? journal.WhenRoom.WaitAsync(lifetime.Deadline) : Task.CompletedTask;

    /// <summary>Finds the run of a message, and whether a person has ended it.</summary>
    public async Task<KnownRun> FindRunAsync(TaskMessage message, ITaskDelivery delivery)
    {
        var run = runs.FindAsync(message.Run);
        return run.IsCompletedSuccessfully ? run.Result : await outage.CallAsync(delivery, stop => runs.FindAsync(message.Run).AsTask().WaitAsync(stop));
    }

    /// <returns>Null when the row is done.</returns>
    /// <exception cref="OperationCanceledException">The message was lost, or the worker left, before its turn came.</exception>
    public async Task<Attempt?> BeginAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery)
    {
        await outage.WhenOver.WaitAsync(lifetime.Drained);
        var limits = LimitsOf(message);
        if (delivery.Attempt is { } counted)
            return await repeats.IsDoneAsync(message, run, delivery, delivery.IsRepeat)
                ? null
                : new Attempt(message, run, counted + (message.Attempts ?? 0), limits, worker, clock) { IsSuspect = counted > 1 };

        // A row that rested, or was in a group, has its earlier attempts on record, as one that comes back.
        var isLater = delivery.IsRepeat || message.Attempts is not null;
        var earlier = isLater ? await outage.CallAsync(delivery, stop => FindEarlierAsync(message, run, stop)) : null;
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

    /// <summary>Forgets an attempt whose run a person has ended.</summary>
    public async Task<TaskReport> DropAsync(Attempt attempt, ITaskDelivery delivery)
    {
        if (attempt.IsOnRecord)
            await outage.CallAsync(delivery, stop => records.Failed.DeleteAsync(attempt.Message.Task, attempt.Run.Name, attempt.Message.Id, stop));
        return new TaskReport(TaskOutcome.Dropped);
    }

    /// <summary>Writes down that the attempt starts, where its number is known by the record alone.</summary>
    public Task StartAsync(Attempt attempt, ITaskDelivery delivery) => attempt.IsOnRecord
        ? outage.CallAsync(delivery, stop => records.Failed.WriteAsync(attempt.Unfinished(), stop))
        : Task.CompletedTask;

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
            return await DropAsync(attempt, delivery);
        failPoints?.Pass(FailPoint.AfterResult);
        return new TaskReport(delivery.IsStillHeld() ? TaskOutcome.Done : TaskOutcome.LeaseLost) { Result = result };
    }

    /// <summary>Writes log and failed record.</summary>
    public Task<TaskReport> FailAsync(Attempt attempt, Exception exception, ITaskDelivery delivery)
    {
        var isLast = exception is TaskRejectedException || delivery.IsOnly || attempt.Number >= attempt.Limits.MaxAttempts;
        return FailAsync(attempt, attempt.Failed(exception, isLast), delivery, exception);
    }

    /// <summary>Writes that the row is out of attempts, though none of them ended.</summary>
    public Task<TaskReport> FailDeadAsync(Attempt attempt, ITaskDelivery delivery) =>
        FailAsync(attempt, attempt.Died(attempt.Limits.MaxAttempts), delivery, exception: null);

    /// <summary>Gives a message back before an attempt begins: where the queue counts deliveries only, the record says that there was none.</summary>
    public async Task<TaskReport> TurnAwayAsync(TaskMessage message, KnownRun run, ITaskDelivery delivery)
    {
        using var attempt = new Attempt(message, run, 1, LimitsOf(message), worker, clock);
        if (delivery is { Attempt: null, IsRepeat: false, IsInGroup: false })
            await WriteRefundAsync(attempt);
        return new TaskReport(TaskOutcome.GivenBack);
    }

    /// <summary>Records that an attempt was given back: it does not count, and the next one is no suspect.</summary>
    public Task RefundAsync(Attempt attempt, TaskReport end, ITaskDelivery delivery)
    {
        // At the first, the second, the fourth: what goes on for hours shows, and fills no disk.
        if (end.Rest is { } rest && BitOperations.IsPow2(Interlocked.Increment(ref _givenBack)))
            logger.LogWarning("{Task} {Id} was given back by the task and comes again after {Seconds:0} s ({Count:N0} given back by this worker): {Reason}",
                attempt.Message.Task, Printable.Of(attempt.Message.Id), rest.TotalSeconds, _givenBack, Printable.Of(end.Reason));
        if (attempt.Place is null)
            return Task.CompletedTask;
        return end.Rest is null ? WriteRefundAsync(attempt) : outage.CallAsync(delivery, stop => records.Failed.WriteAsync(RefundOf(attempt, end.Reason), stop));
    }

    private static FailedRecord RefundOf(Attempt attempt, string reason) => attempt.Earlier is { HasEnded: true } earlier ? earlier : attempt.GivenBack(reason);

    private async Task WriteRefundAsync(Attempt attempt)
    {
        try
        {
            await records.Failed.WriteAsync(RefundOf(attempt, reason: ""), lifetime.Deadline);
        }
        catch (Exception e)
        {
            // The worker leaves: there is no time to wait for the store.
            logger.LogWarning("{Id} is given back, but the record cannot say so; the attempt may count: {Error}",
                Printable.Of(attempt.Message.Id), TaskQueueException.Summarize(e));
        }
    }

    /// <summary>Writes down why the task was taken back, unless a later attempt has been recorded.</summary>
    public async Task NoteLossAsync(Attempt attempt, ITaskDelivery delivery)
    {
        if (delivery.ReasonOfLoss(attempt.Elapsed) is not { } reason)
            return;
        try
        {
            if (await FindEarlierAsync(attempt.Message, attempt.Run, lifetime.Deadline) is not { } record || record.Attempt <= attempt.Number)
                await records.Failed.WriteAsync(attempt.Lost(reason), lifetime.Deadline);
        }
        catch (Exception e)
        {
            // The message is another worker's: there is nothing to wait for.
            logger.LogWarning("{Id} was taken back, and the record cannot say why: {Error}",
                Printable.Of(attempt.Message.Id), TaskQueueException.Summarize(e));
        }
    }

    private async Task<TaskReport> FailAsync(Attempt attempt, FailedRecord record, ITaskDelivery delivery, Exception? exception)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);
        if ((await FindRunAsync(attempt.Message, delivery)).IsEnded)
            return await DropAsync(attempt, delivery);

        await outage.CallAsync(delivery, async stop =>
        {
            await logs.WriteAsync(attempt, stop);
            await records.Failed.WriteAsync(record, stop);
        });
        var most = delivery.IsOnly ? 1 : attempt.Limits.MaxAttempts;
        logger.LogWarning(
            "{Task} {Id}: {Attempt} failed{Last}: {Error}",
            record.Task, Printable.Of(record.Id), most == 1 ? "the only attempt" : $"attempt {record.Attempt} of {most}",
            record.Parked && most > 1 ? ", the last" : "", Printable.Of(record.Message));
        return new TaskReport(record.Parked ? TaskOutcome.Parked : TaskOutcome.Failed, record.Message)
        {
            Exception = exception,
            Attempt = record.Attempt,
            Rest = attempt.Limits.RestAfter(record.Attempt, exception),
        };
    }

    private TaskLimits LimitsOf(TaskMessage message) => tasks.LimitsOf(message.Task, settings);

    /// <returns>The failed record of the same run; null when there is none, or it is damaged and will be replaced.</returns>
    private async Task<FailedRecord?> FindEarlierAsync(TaskMessage message, KnownRun run, CancellationToken stop)
    {
        try
        {
            var earlier = await records.Failed.FindAsync(message.Task, run.Name, message.Id, stop);
            // A row that was put back has its attempts before it, even if its record could not be removed.
            return earlier is { Parked: true } && message.Repeat ? null : earlier;
        }
        catch (TaskQueueException e) when (e.InnerException is JsonException)
        {
            logger.LogWarning("{Error}", TaskQueueException.Summarize(e));
            return null;
        }
    }
}
