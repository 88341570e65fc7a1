using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
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
    TaskQueueSettings settings, RecordStore records, JournalWriter journal, DoneLookup lookup, StoreOutage outage, ExclusiveGate gate, WorkerLifetime lifetime,
    WorkerIdentity worker, TimeProvider clock, ILogger<TaskExecutor> logger, IFailPoints? failPoints = null)
{
    /// <summary>A message that was delivered, and of which nothing is recorded: it may have been tried once.</summary>
    private const int AfterUnknownStart = 2;

    /// <summary>A longer log is a file of its own.</summary>
    private const int ShortLogBytes = 1024;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LogIntervalOfSuspects = TimeSpan.FromMilliseconds(200);

    /// <summary>Results on their way to the store.</summary>
    private readonly ConcurrentDictionary<(string Task, string Id), Task<bool>> _recording = new();

    /// <summary>Ends when another result can be recorded without that more and more of them wait in memory.</summary>
    public Task WhenRoomAsync() => settings.RecordsSuccesses ? journal.WhenRoom.WaitAsync(lifetime.Deadline) : Task.CompletedTask;

    /// <returns>Null when the row is done.</returns>
    /// <exception cref="OperationCanceledException">The message was lost, or the worker left, before its turn came.</exception>
    public async Task<Attempt?> BeginAsync(TaskMessage message, ITaskDelivery delivery)
    {
        await outage.WhenOver.WaitAsync(lifetime.Drained);
        if (delivery.Attempt is { } counted)
            return await IsDoneAsync(message, delivery, delivery.IsRepeat)
                ? null
                : new Attempt(message, counted, worker, clock) { IsSuspect = counted > 1 };

        var earlier = delivery.IsRepeat ? await RetryAsync(delivery, stop => FindEarlierAsync(message, stop)) : null;
        var isSuspect = delivery.IsRepeat && earlier is null or { HasEnded: false };
        if (await IsDoneAsync(message, delivery, isSuspect))
            return null;
        if (!delivery.IsRepeat)
            return new Attempt(message, 1, worker, clock) { Place = await gate.EnterAsync(delivery.Lost) };

        var number = earlier is null ? Math.Min(AfterUnknownStart, settings.MaxAttempts) : earlier.Attempt + 1;
        var place = isSuspect ? await gate.EnterAloneAsync(delivery.Lost) : await gate.EnterAsync(delivery.Lost);
        return new Attempt(message, number, worker, clock) { Place = place, IsSuspect = isSuspect, IsOnRecord = true, Earlier = earlier };
    }

    /// <summary>Writes down that the attempt starts, where its number is known by the record alone.</summary>
    public Task StartAsync(Attempt attempt, ITaskDelivery delivery) => attempt.IsOnRecord
        ? WriteAsync(delivery, stop => records.WriteFailedAsync(attempt.Unfinished(), stop))
        : Task.CompletedTask;

    /// <summary>Saves what the task has written so far, so that it is there when the worker dies.</summary>
    /// <param name="attempt">Which attempt.</param>
    /// <param name="running">Ends with it.</param>
    public async Task SaveLogUntilAsync(Attempt attempt, Task running)
    {
        var saved = 0;
        var interval = attempt.IsSuspect ? LogIntervalOfSuspects : LogInterval;
        while (true)
        {
            try
            {
                await running.WaitAsync(interval, clock);
                return;
            }
            catch (TimeoutException) when (!running.IsCompleted)
            {
                if (attempt.Log.Length is var length && length > saved && await TrySaveLogAsync(attempt))
                    saved = length;
            }
        }
    }

    /// <summary>Writes log and done record. A result whose message was lost is recorded all the same, but not acknowledged.</summary>
    public async Task<TaskReport> SucceedAsync(Attempt attempt, JsonElement result, ITaskDelivery delivery)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        var (name, id, log) = (attempt.Message.Task, attempt.Message.Id, attempt.Log.ToUtf8());
        var isShort = log is null or { Length: <= ShortLogBytes };
        // Not made where it is not kept: the memory in it is asked of the system.
        var record = settings.RecordsSuccesses ? attempt.Done(result, isShort && log is not null ? Encoding.UTF8.GetString(log) : null) : null;
        failPoints?.Pass(FailPoint.BeforeResult);
        var writing = WriteAsync(delivery: null, async stop =>
        {
            if (record is null || !isShort)
                await WriteLogAsync(attempt, stop);
            failPoints?.Pass(FailPoint.MidResult);
            if (record is not null)
                await RecordStore.AddDoneAsync(journal, record);
            if (attempt.Number > 1 || attempt.IsOnRecord || attempt.Message.Repeat)
                await records.DeleteFailedAsync(name, id, stop);
        });
        await (record is null ? writing : RecordingAsync((name, id), writing));
        failPoints?.Pass(FailPoint.AfterResult);
        return new TaskReport(delivery.IsStillHeld() ? TaskOutcome.Done : TaskOutcome.LeaseLost) { Result = result };
    }

    /// <summary>Writes log and failed record.</summary>
    public Task<TaskReport> FailAsync(Attempt attempt, Exception exception, ITaskDelivery delivery)
    {
        var isLast = exception is TaskRejectedException || attempt.Number >= settings.MaxAttempts;
        return FailAsync(attempt, attempt.Failed(exception, isLast), delivery, exception);
    }

    /// <summary>Writes that the row is out of attempts, though none of them ended.</summary>
    public Task<TaskReport> FailDeadAsync(Attempt attempt, ITaskDelivery delivery) =>
        FailAsync(attempt, attempt.Died(settings.MaxAttempts), delivery, exception: null);

    /// <summary>Records that an attempt was given back: it does not count, and the next one is no suspect.</summary>
    public async Task RefundAsync(Attempt attempt)
    {
        try
        {
            if (attempt.Place is not null)
                await records.WriteFailedAsync(attempt.Earlier is { HasEnded: true } ? attempt.Earlier : attempt.GivenBack(), lifetime.Deadline);
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
            if (await FindEarlierAsync(attempt.Message, lifetime.Deadline) is not { } record || record.Attempt <= attempt.Number)
                await records.WriteFailedAsync(attempt.Lost(reason), lifetime.Deadline);
        }
        catch (Exception e)
        {
            // The message is another worker's: there is nothing to wait for.
            logger.LogWarning("{Id} was taken back, and the record cannot say why: {Error}",
                Printable.Of(attempt.Message.Id), e.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>Lets other copies of the row know of a result that is on its way.</summary>
    private async Task RecordingAsync((string Task, string Id) row, Task<bool> writing)
    {
        _recording[row] = writing;
        try
        {
            await writing;
            lookup.Recorded(row.Task, row.Id);
        }
        finally
        {
            _recording.TryRemove(row, out _);
        }
    }

    /// <summary>Looks up a row that can be done: its message says so, or its last worker may have died before the queue knew.</summary>
    private async Task<bool> IsDoneAsync(TaskMessage message, ITaskDelivery delivery, bool isSuspect)
    {
        if (!settings.RecordsSuccesses || !(message.Repeat || isSuspect))
            return false;

        // A lease that ran out while the store was away: the same worker may have the row again.
        if (_recording.TryGetValue((message.Task, message.Id), out var recording))
            return await recording.WaitAsync(delivery.Lost);

        var id = Encoding.UTF8.GetBytes(message.Id);
        if (!await RetryAsync(delivery, stop => lookup.IsDoneAsync(message.Task, id, isSuspect).WaitAsync(stop)))
            return false;
        var before = new DoneBefore { Id = message.Id, Task = message.Task, Run = message.Run, Finished = clock.GetUtcNow(), Worker = worker.Name };
        await WriteAsync(delivery, async stop =>
        {
            await RecordStore.AddDoneBeforeAsync(journal, before).WaitAsync(stop);
            // Its worker may have died before it could.
            await records.DeleteFailedAsync(message.Task, message.Id, stop);
        });
        return true;
    }

    private async Task<TaskReport> FailAsync(Attempt attempt, FailedRecord record, ITaskDelivery delivery, Exception? exception)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        await WriteAsync(delivery, async stop =>
        {
            await WriteLogAsync(attempt, stop);
            await records.WriteFailedAsync(record, stop);
        });
        logger.LogWarning(
            "{Task} {Id}: attempt {Attempt} of {MaxAttempts} failed{Last}: {Error}",
            record.Task, Printable.Of(record.Id), record.Attempt, settings.MaxAttempts, record.Parked ? ", the last" : "", Printable.Of(record.Message));
        return new TaskReport(record.Parked ? TaskOutcome.Parked : TaskOutcome.Failed, record.Message) { Exception = exception, Attempt = record.Attempt };
    }

    /// <returns>The failed record of the same run; null when there is none, or it is damaged and will be replaced.</returns>
    private async Task<FailedRecord?> FindEarlierAsync(TaskMessage message, CancellationToken stop)
    {
        try
        {
            var earlier = await records.FindFailedAsync(message.Task, message.Id, stop);
            // A row that was put back has its attempts before it, even if its record could not be removed.
            return earlier is not null && earlier.Run == message.Run && !(earlier.Parked && message.Repeat) ? earlier : null;
        }
        catch (TaskQueueException e) when (e.InnerException is JsonException)
        {
            logger.LogWarning("{Error}", TaskQueueException.Summarize(e));
            return null;
        }
    }

    private Task WriteLogAsync(Attempt attempt, CancellationToken stop) => attempt.Log.ToUtf8() is { } text
        ? records.WriteLogAsync(attempt.Message.Task, attempt.Message.Id, text, stop)
        : Task.CompletedTask;

    private async Task<bool> TrySaveLogAsync(Attempt attempt)
    {
        try
        {
            await WriteLogAsync(attempt, lifetime.Deadline);
            return true;
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "The log of {Id} cannot be saved while it runs", Printable.Of(attempt.Message.Id));
            return false;
        }
    }

    /// <param name="delivery">The repeats end when it is lost; null when they are to go on all the same.</param>
    /// <param name="write">May be called many times.</param>
    private Task<bool> WriteAsync(ITaskDelivery? delivery, Func<CancellationToken, Task> write) => RetryAsync(delivery, async stop =>
    {
        await write(stop);
        return true;
    });

    private async Task<T> RetryAsync<T>(ITaskDelivery? delivery, Func<CancellationToken, Task<T>> call)
    {
        try
        {
            return await call(lifetime.Deadline);
        }
        catch (Exception refusal)
        {
            using var given = CancellationTokenSource.CreateLinkedTokenSource(delivery?.Lost ?? CancellationToken.None, lifetime.Drained);
            return await outage.RetryAsync(() => call(lifetime.Deadline), refusal, given.Token);
        }
    }
}
