using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Telemetry;

namespace TaskQueue.Worker.Attempts;

/// <summary>Runs one message: skip if done, run, write the record. The caller tells the queue afterwards.</summary>
internal sealed class TaskExecutor(
    TaskQueueSettings settings, TaskCatalog tasks, KnownRuns runs, AttemptRecords records, FailedAttempts failures, AttemptLogs logs, TaskRunner runner,
    BuildCheck builds, StoreOutage outage, WorkerLifetime lifetime, WorkerIdentity worker, ILogger<TaskExecutor> logger, IFailPoints? failPoints = null, Destination? queue = null)
{
    /// <summary>Ends when the attempt has ended, and leaves in the delivery how it ended. Never throws.</summary>
    /// <param name="message">Which task, which row.</param>
    /// <param name="delivery">What the queue knows about it.</param>
    public async Task RunAsync(TaskMessage message, ITaskDelivery delivery)
    {
        var span = TaskSpan.Begin(queue, message, worker);
        try
        {
            failPoints?.Pass(FailPoint.AfterLease);
            delivery.Report = await TryRunAsync(message, delivery, span);
        }
        catch (Exception e)
        {
            delivery.Report = Task.FromResult(Explain(message, e, delivery));
        }
        span?.EndWith(delivery.Report);
    }

    /// <returns>How it ended, once that is recorded.</returns>
    private async Task<Task<TaskReport>> TryRunAsync(TaskMessage message, ITaskDelivery delivery, TaskSpan? span)
    {
        if (IdProblem(message) is { } problem)
        {
            logger.LogError("{Problem} It is kept with the failed ones", problem);
            return Task.FromResult(new TaskReport(TaskOutcome.Parked, problem) { Attempt = 1 });
        }
        var run = await runs.FindAsync(message.Run, outage, delivery);
        span?.LinkTo(run);
        if (run.IsEnded)
            return Task.FromResult(new TaskReport(TaskOutcome.Dropped));
        if (lifetime.HasFailed || !builds.Accepts(message))
            return Task.FromResult(await failures.TurnAwayAsync(message, run, delivery));
        if (delivery is { IsInGroup: true, IsRepeat: true })
            return Task.FromResult(new TaskReport(await records.IsDoneAsync(message, run, delivery) ? TaskOutcome.AlreadyDone : TaskOutcome.Split));
        var attempt = await records.BeginAsync(message, run, delivery);
        if (attempt is null)
            return Task.FromResult(new TaskReport(TaskOutcome.AlreadyDone));

        span?.Number(attempt.Number);
        Task<TaskReport>? recording = null;
        try
        {
            var end = await RunAsync(attempt, delivery);
            if (end.Outcome != TaskOutcome.Done)
                return Task.FromResult(end);
            await records.WhenRoomAsync();
            var stored = await records.StoreAsync(attempt, end.Result, delivery);
            return recording = SucceedAsync(attempt, end.Result, stored, delivery);
        }
        finally
        {
            if (recording is null)
                attempt.Dispose();
        }
    }

    /// <summary>
    /// The attempt keeps its place beside others until its result is recorded: a suspect that then runs alone, and kills the
    /// worker, costs the row nothing.
    /// </summary>
    private async Task<TaskReport> SucceedAsync(Attempt attempt, JsonElement result, StoredJson? stored, ITaskDelivery delivery)
    {
        using var place = attempt;
        try
        {
            return await records.SucceedAsync(attempt, result, stored, delivery);
        }
        catch (Exception e)
        {
            return Explain(attempt.Message, e, delivery);
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
        if (message.V is < TaskMessage.CurrentVersion or > TaskMessage.NewestVersion)
            return new TaskRejectedException(
                $"The message has version {message.V}; this worker reads versions {TaskMessage.CurrentVersion} to {TaskMessage.NewestVersion}.");
        return tasks.Find(message.Task) is null
            ? new TaskRejectedException(
                $"This worker has no task '{message.Task}'; it has: {string.Join(", ", tasks.Tasks.Select(task => task.Name))}.")
            : null;
    }

    private async Task<TaskReport> RunAsync(Attempt attempt, ITaskDelivery delivery)
    {
        // Its worker died between the record and the queue.
        if (attempt.Earlier is { Parked: true } parked)
            return new TaskReport(TaskOutcome.Parked, parked.Message) { Attempt = parked.Attempt };
        if (Refusal(attempt.Message) is { } refusal)
            return await failures.FailAsync(attempt, refusal, delivery);
        if (attempt.Number > attempt.Limits.MaxAttempts)
            return await failures.FailDeadAsync(attempt, delivery);

        // It may have waited for its slot on a machine that stood still.
        if (!delivery.IsStillHeld())
            return new TaskReport(TaskOutcome.LeaseLost);
        lifetime.Drained.ThrowIfCancellationRequested();
        await failures.StartAsync(attempt, delivery);
        var running = runner.RunAsync(tasks.Find(attempt.Message.Task)!, attempt, delivery);
        await logs.SaveUntilAsync(attempt, running);
        var end = await running;
        switch (end.Outcome)
        {
            case TaskOutcome.Failed:
                return await failures.FailAsync(attempt, end.Exception!, delivery);
            case TaskOutcome.GivenBack:
                if (!delivery.IsInGroup || end.Rest is not null)
                    await failures.RefundAsync(attempt, end, delivery);
                return end;
            case TaskOutcome.Dropped:
                return await failures.DropAsync(attempt, delivery);
            case TaskOutcome.LeaseLost:
                await failures.NoteLossAsync(attempt, delivery);
                return end;
            default:
                return end;
        }
    }

    private TaskReport Explain(TaskMessage message, Exception exception, ITaskDelivery delivery)
    {
        if (delivery.Lost.IsCancellationRequested)
            return new TaskReport(TaskOutcome.LeaseLost);
        if (lifetime.Drained.IsCancellationRequested)
            return new TaskReport(TaskOutcome.GivenBack);

        // An error of this program: it costs an attempt, so that a row which always brings it about fails in the end.
        logger.LogError(exception, "{Task} {Id}: the worker itself failed", message.Task, Printable.Of(message.Id));
        var attempt = (delivery.Attempt ?? 1) + (message.Attempts ?? 0);
        return new TaskReport(
            attempt >= tasks.LimitsOf(message.Task, settings).MaxAttempts ? TaskOutcome.Parked : TaskOutcome.Failed, exception.Message.ReplaceLineEndings(" "))
        { Exception = exception, Attempt = attempt };
    }
}
