using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Records how an attempt ended, unless its message was lost meanwhile.</summary>
public sealed class AttemptRecorder(
    TaskQueueSettings settings, RecordStore records, EarlierFailures earlier, ILogger<TaskExecutor> logger,
    IFailPoints? failPoints = null)
{
    /// <summary>Writes the done record; parks the task when its result cannot be written as JSON.</summary>
    public async Task<TaskReport> SucceedAsync(Attempt attempt, TaskDefinition task, object? result, ITaskDelivery delivery)
    {
        JsonElement json;
        try
        {
            json = task.WriteResult(result);
        }
        catch (Exception e)
        {
            return await FailAsync(
                attempt, new TaskRejectedException($"The result cannot be written as JSON: {e.Message}", e), park: true, delivery);
        }
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        var (name, id) = (attempt.Message.Task, attempt.Message.Id);
        failPoints?.Pass(FailPoint.BeforeResult);
        await WriteLogAsync(attempt);
        failPoints?.Pass(FailPoint.MidResult);
        if (attempt.Number > 1 || attempt.IsOnRecord || await earlier.HasFailedAsync(name, id))
            await records.DeleteFailedAsync(name, id);
        if (settings.RecordsSuccesses && !await records.WriteDoneAsync(attempt.Done(json)))
            logger.LogInformation("{Task} {Id} was done already: its first result is kept", name, Printable.Of(id));
        failPoints?.Pass(FailPoint.AfterResult);
        return new TaskReport(TaskOutcome.Done) { Result = json };
    }

    /// <summary>Writes the failed record.</summary>
    public async Task<TaskReport> FailAsync(Attempt attempt, Exception exception, bool park, ITaskDelivery delivery)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        var record = attempt.Failed(exception, park);
        await WriteLogAsync(attempt);
        await records.WriteFailedAsync(record);
        logger.LogWarning(
            "{Task} {Id}: attempt {Attempt} of {MaxAttempts} failed{Parked}: {Error}",
            record.Task, Printable.Of(record.Id), record.Attempt, settings.MaxAttempts, park ? ", parked" : "", Printable.Of(record.Message));
        return new TaskReport(park ? TaskOutcome.Parked : TaskOutcome.Failed, record.Message) { Exception = exception, Attempt = record.Attempt };
    }

    private Task WriteLogAsync(Attempt attempt) => attempt.Log is null
        ? Task.CompletedTask
        : records.WriteLogAsync(attempt.Message.Task, attempt.Message.Id, attempt.Log);
}
