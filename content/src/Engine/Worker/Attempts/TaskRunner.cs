using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Logging;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Inputs;

namespace TaskQueue.Worker.Attempts;

/// <summary>Calls RunTask with its parameters and context, under a time limit, and says why it ended, for any exception.</summary>
internal sealed class TaskRunner(
    TaskQueueSettings settings, IObjectStore store, RowParameters rows, InputSources sources, TaskInstances instances, WorkerHooks hooks,
    WorkerLifetime lifetime, WorkerIdentity worker, ILoggerFactory loggers)
{
    private readonly OutputStore _output = new(store);
    private readonly ILogger _logger = loggers.CreateLogger<TaskRunner>();

    /// <param name="task">Which task.</param>
    /// <param name="attempt">Which row; its log takes what the task writes.</param>
    /// <param name="delivery">Cancels the task when the message is lost.</param>
    /// <returns>Done with the result, failed with the exception, lost, or given back; nothing is recorded yet.</returns>
    public async Task<TaskReport> RunAsync(TaskDefinition task, Attempt attempt, ITaskDelivery delivery)
    {
        object parameters;
        try
        {
            var row = await rows.ReadAsync(attempt.Message, delivery);
            parameters = task.Bind(row);
            if (task.FindProblemOfId(attempt.Message.Id, row) is { } problem)
                return Threw(new TaskRejectedException($"The message's {problem}"));
        }
        catch (JsonException e)
        {
            return Threw(new TaskRejectedException($"The message's parameters do not fit: {TaskJson.Explain(e)}", e));
        }
        catch (TaskRejectedException e)
        {
            return Threw(e);
        }
        catch (OperationCanceledException e)
        {
            return Explain(e, wasCancelled: true, attempt, delivery);
        }

        using var cancellation = new TaskCancellation(
            e => _logger.LogError(e, "{Task} {Id} failed while it was being cancelled", task.Name, Printable.Of(attempt.Message.Id)),
            attempt.Limits.Timeout, delivery.Lost, attempt.Run.Cancelled, lifetime.Drained);
        var inputs = sources.ForTask();
        var context = Context(task, attempt, inputs);
        var around = hooks.Around(task, context);
        // On a pool thread: a task that never awaits would otherwise hold the loop that started it.
        var running = Task.Run(
            () =>
            {
                TaskLog.Current = attempt.Log;
                return around is null ? Call() : around.RunAsync(Call, cancellation.Token);
            },
            CancellationToken.None);
        var report = await ReportAsync(task, attempt, delivery, running, cancellation);
        if (around is not null && running.IsCompleted)
            await around.AfterAsync(report.Outcome == TaskOutcome.Done ? null : report.Exception ?? new OperationCanceledException(), attempt.Log);
        // A task that was left behind may still write there.
        _ = running.ContinueWith(_ => RemoveScratch(inputs), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return report;

        Task<object?> Call() => task.RunAsync(instances.Of(task), parameters, context, cancellation.Token);
    }

    private async Task<TaskReport> ReportAsync(TaskDefinition task, Attempt attempt, ITaskDelivery delivery, Task<object?> running, TaskCancellation cancellation)
    {
        try
        {
            return new TaskReport(TaskOutcome.Done) { Result = WriteResult(task, await running.WaitAsync(cancellation.Abandoned)) };
        }
        catch (Exception e)
        {
            if (!running.IsCompleted)
                Abandon(task, attempt);
            return Explain(e, cancellation.Token.IsCancellationRequested, attempt, delivery);
        }
    }

    private static TaskReport Threw(Exception exception) => new(TaskOutcome.Failed) { Exception = exception };

    private TaskContext Context(TaskDefinition task, Attempt attempt, InputSource inputs) => new()
    {
        RowId = attempt.Message.Id,
        RowIndex = attempt.Message.Row ?? -1,
        Total = attempt.Message.Total ?? 0,
        Attempt = attempt.Number,
        Concurrency = worker.Concurrency,
        Threads = attempt.Limits.Threads,
        ProjectRoot = settings.ProjectRoot,
        Output = _output,
        Inputs = inputs,
        Settings = settings.UserValues,
        Logger = loggers.CreateLogger(task.Name),
    };

    private static JsonElement WriteResult(TaskDefinition task, object? result)
    {
        try
        {
            return task.WriteResult(result);
        }
        // The next attempt may have the memory.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TaskRejectedException($"The result cannot be written as JSON: {e.Message}", e);
        }
    }

    /// <summary>A task may answer its cancellation with any exception: that of a client, of a killed child process.</summary>
    private TaskReport Explain(Exception exception, bool wasCancelled, Attempt attempt, ITaskDelivery delivery)
    {
        if (!wasCancelled)
            return exception is TaskGivenBackException
                ? new TaskReport(TaskOutcome.GivenBack, exception.Message) { Exception = exception, Rest = attempt.Limits.RestAfter(attempt.Number, exception) }
                : Threw(exception);
        if (delivery.Lost.IsCancellationRequested)
            return new TaskReport(TaskOutcome.LeaseLost);
        if (attempt.Run.IsEnded)
            return new TaskReport(TaskOutcome.Dropped);
        if (lifetime.Drained.IsCancellationRequested)
            return new TaskReport(TaskOutcome.GivenBack);
        return Threw(new TimeoutException(
            $"The task ran longer than {attempt.Limits.TimeoutSource} ({attempt.Limits.Timeout!.Value.TotalSeconds:0.#}).",
            exception is OperationCanceledException ? null : exception));
    }

    /// <summary>The slot is free again; the thread is not, so the worker asks to be replaced when it leaves.</summary>
    private void Abandon(TaskDefinition task, Attempt attempt)
    {
        lifetime.AbandonedTask = true;
        _logger.LogError(
            "{Task} {Id} ignores its cancellation and was left behind: pass the CancellationToken on, or check it",
            task.Name, Printable.Of(attempt.Message.Id));
    }

    /// <summary>A file that cannot be removed is no reason to lose a result.</summary>
    private void RemoveScratch(InputSource inputs)
    {
        try
        {
            inputs.Dispose();
        }
        catch (Exception e)
        {
            _logger.LogWarning("A task's downloaded files cannot be removed; delete them yourself: {Error}", TaskQueueException.Summarize(e));
        }
    }
}
