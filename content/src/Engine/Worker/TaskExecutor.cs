using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Runs one message: skip if done, run, write the record. What the queue is told afterwards is its caller's.</summary>
public sealed class TaskExecutor(
    TaskQueueSettings settings, TaskCatalog tasks, RecordStore records, EarlierFailures earlier, TaskInstances instances, AttemptRunner runner,
    WorkerIdentity worker, ILogger<TaskExecutor> logger)
{
    /// <summary>Never throws for what a task or a store did: the report says it.</summary>
    /// <param name="message">Which task, which row.</param>
    /// <param name="delivery">What the queue knows about it.</param>
    /// <param name="evenIfDone">Whether a row with a done record is run once more; its record stays as it is.</param>
    public async Task<TaskReport> RunAsync(TaskMessage message, ITaskDelivery delivery, bool evenIfDone = false)
    {
        try
        {
            if (Refusal(message) is { } refusal)
                return await FailAsync(new Attempt(message, delivery.Attempt, worker), refusal, park: true, delivery);
            if (settings.RecordsSuccesses && !evenIfDone && await records.IsDoneAsync(message.Task, message.Id))
                return new TaskReport(TaskOutcome.AlreadyDone);
            return await RunKnownAsync(message, delivery);
        }
        catch (TaskQueueException e)
        {
            return new TaskReport(TaskOutcome.StoreFailed, e.Message.ReplaceLineEndings(" "));
        }
    }

    /// <returns>Why the message cannot be run at all; null when it can.</returns>
    private TaskRejectedException? Refusal(TaskMessage message)
    {
        if (message.V != TaskMessage.CurrentVersion)
            return new TaskRejectedException($"The message has version {message.V}; this worker reads version {TaskMessage.CurrentVersion}.");
        if (IdRule.Problem(System.Text.Encoding.UTF8.GetBytes(message.Id)) is { } problem)
            return new TaskRejectedException($"The message's id {problem}.");
        return tasks.Find(message.Task) is null
            ? new TaskRejectedException(
                $"This worker has no task '{message.Task}'; it has: {string.Join(", ", tasks.Tasks.Select(task => task.Name))}.")
            : null;
    }

    private async Task<TaskReport> RunKnownAsync(TaskMessage message, ITaskDelivery delivery)
    {
        var attempt = new Attempt(message, delivery.Attempt, worker);
        if (delivery.Attempt > settings.MaxAttempts)
            return await FailAsync(
                attempt, new TaskRejectedException($"Its worker died, or lost the lease, in each of {settings.MaxAttempts} attempts."),
                park: true, delivery);

        var task = tasks.Find(message.Task)!;
        object parameters;
        try
        {
            parameters = task.Invoker.Bind(message.Parameters);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return await FailAsync(attempt, new TaskRejectedException($"The message's parameters do not fit: {e.Message}", e), park: true, delivery);
        }

        var end = await runner.RunAsync(task, instances.Of(task), parameters, message, delivery);
        attempt.Log = end.Log;
        return end.Cause switch
        {
            AttemptEnd.Succeeded => await SucceedAsync(attempt, task, end.Result, delivery),
            AttemptEnd.LeaseLost => new TaskReport(TaskOutcome.LeaseLost),
            AttemptEnd.WorkerLeaves => new TaskReport(TaskOutcome.GivenBack),
            _ => await FailAsync(attempt, end.Exception!, IsLast(end.Exception!, delivery), delivery),
        };
    }

    private bool IsLast(Exception exception, ITaskDelivery delivery) =>
        exception is TaskRejectedException || delivery.Attempt >= settings.MaxAttempts;

    private async Task<TaskReport> SucceedAsync(Attempt attempt, TaskDefinition task, object? result, ITaskDelivery delivery)
    {
        JsonElement json;
        try
        {
            json = task.Invoker.WriteResult(result);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return await FailAsync(
                attempt, new TaskRejectedException($"The result cannot be written as JSON: {e.Message}", e), park: true, delivery);
        }
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        await WriteLogAsync(attempt);
        if (delivery.Attempt > 1 || await earlier.HasFailedAsync(attempt.Message.Task, attempt.Message.Id))
            await records.DeleteFailedAsync(attempt.Message.Task, attempt.Message.Id);
        if (settings.RecordsSuccesses && !await records.WriteDoneAsync(attempt.Done(json)))
            logger.LogInformation("{Task} {Id} was done already: its first result is kept", attempt.Message.Task, Printable.Of(attempt.Message.Id));
        return new TaskReport(TaskOutcome.Done) { Result = json };
    }

    private async Task<TaskReport> FailAsync(Attempt attempt, Exception exception, bool park, ITaskDelivery delivery)
    {
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);

        var record = attempt.Failed(exception, park);
        await WriteLogAsync(attempt);
        await records.WriteFailedAsync(record);
        logger.LogWarning(
            "{Task} {Id}: attempt {Attempt} of {MaxAttempts} failed{Parked}: {Error}",
            record.Task, Printable.Of(record.Id), record.Attempt, settings.MaxAttempts, park ? ", parked" : "", Printable.Of(record.Message));
        return new TaskReport(park ? TaskOutcome.Parked : TaskOutcome.Failed, record.Message) { Exception = exception };
    }

    private Task WriteLogAsync(Attempt attempt) => attempt.Log is null
        ? Task.CompletedTask
        : records.WriteLogAsync(attempt.Message.Task, attempt.Message.Id, attempt.Log);
}
