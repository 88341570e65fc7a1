using System.Collections.Concurrent;
using System.Globalization;
using TaskQueue.Contracts;

namespace HooksProgram;

/// <param name="Id">The row.</param>
/// <param name="Act">Nothing, wait, throw, reject, retry once after a time, or busy-N: give back N times, with a rest of that time.</param>
/// <param name="Milliseconds">The time.</param>
public sealed record LedgerParameters([property: TaskId] string Id, string Act = "", int Milliseconds = 0);

/// <summary>A task with settings of its own, all three outcomes by cause, and hooks.</summary>
[TaskSettings(MaxAttempts = 3, RetryDelaySeconds = [1])]
public sealed class LedgerTask : ITask<LedgerParameters, string>, IWorkerHooks
{
    private readonly ConcurrentDictionary<string, int> _starts = new();

    public async Task<string> RunTask(LedgerParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "start", parameters.Id, context.Attempt);
        var time = TimeSpan.FromMilliseconds(parameters.Milliseconds);
        var starts = _starts.AddOrUpdate(parameters.Id, 1, (_, earlier) => earlier + 1);
        switch (parameters.Act.Split('-'))
        {
            case ["wait"]:
                await Task.Delay(time, cancellationToken);
                break;
            case ["throw"]:
                throw new InvalidDataException($"Row {parameters.Id} was told to fail.");
            case ["reject"]:
                throw new TaskRejectedException($"Row {parameters.Id} can never succeed.");
            case ["retry"] when starts == 1:
                throw new TaskRetryException("The service said 429.", time);
            case ["busy", var times] when starts <= int.Parse(times, CultureInfo.InvariantCulture):
                throw new TaskGivenBackException("No licence is free.", time);
        }
        Ledger.Write(context.Settings, "done", parameters.Id, context.Attempt);
        return $"{context.Items["connection"]}, {context.Threads} threads";
    }

    public Task StartWorker(WorkerContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "load", "-", 0);
        Ledger.MayFail(nameof(StartWorker));
        return Task.CompletedTask;
    }

    public Task StopWorker(WorkerContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "unload", "-", 0);
        Ledger.MayFail(nameof(StopWorker));
        return Task.CompletedTask;
    }

    public Task BeforeTask(TaskContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "before", context.RowId, context.Attempt);
        Ledger.MayFail(nameof(BeforeTask));
        context.Items["connection"] = $"connection of {context.RowId}";
        return Task.CompletedTask;
    }

    public Task AfterTask(TaskContext context, Exception? exception, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, $"after:{exception?.GetType().Name}", context.RowId, context.Attempt);
        Ledger.MayFail(nameof(AfterTask));
        return Task.CompletedTask;
    }
}
