using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Inputs;

namespace TaskQueue.Worker;

/// <summary>Calls RunTask with its context, under a time limit.</summary>
public sealed class AttemptRunner(
    TaskQueueSettings settings, IObjectStore store, InputSources sources, WorkerLifetime lifetime, WorkerIdentity worker, ILoggerFactory loggers)
{
    private readonly OutputStore _output = new(store);
    private readonly ILogger _logger = loggers.CreateLogger<AttemptRunner>();

    public async Task<AttemptResult> RunAsync(
        TaskDefinition task, object instance, object parameters, Attempt attempt, ITaskDelivery delivery)
    {
        var message = attempt.Message;
        using var cancellation = new TaskCancellation(
            e => _logger.LogError(e, "{Task} {Id} failed in what it does when it is cancelled", task.Name, Printable.Of(message.Id)),
            settings.TaskTimeout, delivery.Lost, lifetime.Drained);
        var log = new TaskLog();
        using var inputs = sources.ForTask();
        var context = new TaskContext
        {
            RowId = message.Id,
            RowIndex = message.Row ?? -1,
            Total = message.Total ?? 0,
            Attempt = attempt.Number,
            Concurrency = worker.Concurrency,
            Output = _output,
            Inputs = inputs,
            Settings = settings.UserValues,
            Logger = loggers.CreateLogger(task.Name),
        };

        // On a pool thread: a task that never awaits would otherwise hold the pump.
        var running = Task.Run(Call, CancellationToken.None);
        try
        {
            var result = await running.WaitAsync(cancellation.Abandoned);
            return new AttemptResult(AttemptEnd.Succeeded, result, null, log.ToUtf8());
        }
        catch (Exception e)
        {
            if (!running.IsCompleted)
                Abandon(task, message, running);
            return Explain(e, cancellation.Token.IsCancellationRequested, delivery, log);
        }

        Task<object?> Call()
        {
            TaskLog.Current = log;
            return task.RunAsync(instance, parameters, context, cancellation.Token);
        }
    }

    private AttemptResult Explain(Exception exception, bool wasCancelled, ITaskDelivery delivery, TaskLog log)
    {
        if (exception is not OperationCanceledException || !wasCancelled)
            return new AttemptResult(AttemptEnd.Threw, null, exception, log.ToUtf8());
        if (delivery.Lost.IsCancellationRequested)
            return new AttemptResult(AttemptEnd.LeaseLost, null, null, null);
        if (lifetime.Drained.IsCancellationRequested)
            return new AttemptResult(AttemptEnd.WorkerLeaves, null, null, null);

        var timeout = new TimeoutException($"The task ran longer than TASK_TIMEOUT_SECONDS ({settings.TaskTimeout!.Value.TotalSeconds:0.#}).");
        return new AttemptResult(AttemptEnd.Threw, null, timeout, log.ToUtf8());
    }

    /// <summary>The slot is free again; the thread is not, so the worker asks to be replaced when it leaves.</summary>
    private void Abandon(TaskDefinition task, TaskMessage message, Task running)
    {
        lifetime.AbandonedTask = true;
        _logger.LogError("{Task} {Id} ignores its cancellation and was left behind: pass the CancellationToken on, or check it", task.Name, Printable.Of(message.Id));
        _ = running.ContinueWith(
            static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}

/// <summary>Why an attempt ended.</summary>
public enum AttemptEnd
{
    Succeeded,
    Threw,
    LeaseLost,
    WorkerLeaves,
}

/// <param name="Cause">Why it ended.</param>
/// <param name="Result">What RunTask returned.</param>
/// <param name="Exception">What it threw, or a time-out.</param>
/// <param name="Log">What it wrote; null when it wrote nothing.</param>
public readonly record struct AttemptResult(AttemptEnd Cause, object? Result, Exception? Exception, byte[]? Log);
