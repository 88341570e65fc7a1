using System.Numerics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Attempts;

/// <summary>Records attempts that did not succeed: those that failed, were given back, lost, or have not ended.</summary>
internal sealed class FailedAttempts(
    TaskQueueSettings settings, TaskCatalog tasks, RecordStore records, KnownRuns runs, AttemptLogs logs, StoreOutage outage,
    WorkerLifetime lifetime, WorkerIdentity worker, TimeProvider clock, ILogger<TaskExecutor> logger)
{
    private int _givenBack;

    /// <returns>The failed record of the same run; null when there is none, or it is damaged and will be replaced.</returns>
    public async Task<FailedRecord?> FindAsync(TaskMessage message, KnownRun run, CancellationToken stop)
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

    /// <summary>Writes down that the attempt starts, where its number is known by the record alone.</summary>
    public Task StartAsync(Attempt attempt, ITaskDelivery delivery) => attempt.IsOnRecord
        ? outage.CallAsync(delivery, stop => records.Failed.WriteAsync(attempt.Unfinished(), stop))
        : Task.CompletedTask;

    /// <summary>Forgets an attempt whose run a person has ended.</summary>
    public async Task<TaskReport> DropAsync(Attempt attempt, ITaskDelivery delivery)
    {
        if (attempt.IsOnRecord)
            await outage.CallAsync(delivery, stop => records.Failed.DeleteAsync(attempt.Message.Task, attempt.Run.Name, attempt.Message.Id, stop));
        return new TaskReport(TaskOutcome.Dropped);
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
        using var attempt = new Attempt(message, run, 1, tasks.LimitsOf(message.Task, settings), worker, clock);
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
            if (await FindAsync(attempt.Message, attempt.Run, lifetime.Deadline) is not { } record || record.Attempt <= attempt.Number)
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
        if ((await runs.FindAsync(attempt.Message.Run, outage, delivery)).IsEnded)
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
}
