using System.Text;
using System.Text.Json;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Runs one message: skip if done, run, write the record. What the queue is told afterwards is its caller's.</summary>
public sealed class TaskExecutor(
    TaskQueueSettings settings, TaskCatalog tasks, RecordStore records, TaskInstances instances,
    AttemptCounter counter, AttemptRunner runner, AttemptRecorder recorder, WorkerIdentity worker,
    IFailPoints? failPoints = null)
{
    /// <summary>Never throws for what a task or a store did: the report says it.</summary>
    /// <param name="message">Which task, which row.</param>
    /// <param name="delivery">What the queue knows about it.</param>
    /// <param name="evenIfDone">Whether a row with a done record is run once more; its record stays as it is.</param>
    public async Task<TaskReport> RunAsync(TaskMessage message, ITaskDelivery delivery, bool evenIfDone = false)
    {
        failPoints?.Pass(FailPoint.AfterLease);
        try
        {
            if (IdProblem(message) is { } problem)
                return new TaskReport(TaskOutcome.Parked, problem) { Attempt = 1 };
            if (Refusal(message) is { } refusal)
                return await recorder.FailAsync(new Attempt(message, delivery.Attempt ?? 1, worker), refusal, park: true, delivery);
            if (settings.RecordsSuccesses && !evenIfDone && await records.IsDoneAsync(message.Task, message.Id))
                return new TaskReport(TaskOutcome.AlreadyDone);

            using var turn = await counter.BeginAsync(message, delivery);
            return await RunTurnAsync(message, turn, delivery);
        }
        catch (TaskQueueException e)
        {
            return new TaskReport(TaskOutcome.StoreFailed, e.Message.ReplaceLineEndings(" "));
        }
        catch (OperationCanceledException)
        {
            return new TaskReport(delivery.Lost.IsCancellationRequested ? TaskOutcome.LeaseLost : TaskOutcome.GivenBack);
        }
    }

    /// <returns>Why nothing of the message can be recorded; null when it can.</returns>
    private static string? IdProblem(TaskMessage message)
    {
        if (message.Task is null or "" || message.Id is null)
            return $"The message names no {(message.Id is null ? "id" : "task")}.";
        return IdRule.Problem(Encoding.UTF8.GetBytes(message.Id)) is { } problem ? $"The message's id {problem}." : null;
    }

    /// <returns>Why the message cannot be run at all; null when it can.</returns>
    private TaskRejectedException? Refusal(TaskMessage message)
    {
        if (message.V != TaskMessage.CurrentVersion)
            return new TaskRejectedException($"The message has version {message.V}; this worker reads version {TaskMessage.CurrentVersion}.");
        return tasks.Find(message.Task) is null
            ? new TaskRejectedException(
                $"This worker has no task '{message.Task}'; it has: {string.Join(", ", tasks.Tasks.Select(task => task.Name))}.")
            : null;
    }

    private async Task<TaskReport> RunTurnAsync(TaskMessage message, Turn turn, ITaskDelivery delivery)
    {
        // Its worker died between the record and the queue.
        if (turn.Earlier is { Parked: true } parked)
            return new TaskReport(TaskOutcome.Parked, parked.Message) { Attempt = parked.Attempt };

        var attempt = new Attempt(message, turn.Number, worker) { IsOnRecord = turn.IsOnRecord };
        if (turn.Number > settings.MaxAttempts)
        {
            var dead = new TaskRejectedException($"Its worker died, or lost the lease, in the last of {settings.MaxAttempts} attempts.");
            return await recorder.FailAsync(attempt, dead, park: true, delivery);
        }
        var task = tasks.Find(message.Task)!;
        object parameters;
        try
        {
            parameters = task.Bind(message.Parameters);
        }
        catch (JsonException e)
        {
            return await recorder.FailAsync(
                attempt, new TaskRejectedException($"The message's parameters do not fit: {TaskJson.Explain(e)}", e), park: true, delivery);
        }

        if (turn.IsOnRecord)
            await records.WriteFailedAsync(attempt.Unfinished());
        var end = await runner.RunAsync(task, instances.Of(task), parameters, attempt, delivery);
        attempt.Log = end.Log;
        switch (end.Cause)
        {
            case AttemptEnd.Succeeded:
                return await recorder.SucceedAsync(attempt, task, end.Result, delivery);
            case AttemptEnd.LeaseLost:
                return new TaskReport(TaskOutcome.LeaseLost);
            case AttemptEnd.WorkerLeaves:
                await counter.RefundAsync(attempt, turn);
                return new TaskReport(TaskOutcome.GivenBack);
            default:
                return await recorder.FailAsync(attempt, end.Exception!, IsLast(end.Exception!, turn), delivery);
        }
    }

    private bool IsLast(Exception exception, Turn turn) =>
        exception is TaskRejectedException || turn.Number >= settings.MaxAttempts;
}
