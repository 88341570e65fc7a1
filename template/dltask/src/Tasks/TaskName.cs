using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;

namespace Tasks;

/// <summary>One row of the table: ItemId binds to the column item_id, and so on.</summary>
public sealed record TaskNameParameters([property: TaskId] string ItemId, double Value = 1);

/// <summary>What is kept in the row's done record.</summary>
public sealed record TaskNameResult(double Value);

//#if (kind == "short")
[TaskSettings(TimeoutSeconds = 600, MaxAttempts = 8)] // A row takes minutes at most, and costs little to try again.
//#else
[TaskSettings(TimeoutSeconds = 0, MaxAttempts = 3)] // A row takes hours: no time limit. Keep checkpoints in context.Output, so that the next attempt goes on from there.
//#endif
public sealed class TaskName : ITask<TaskNameParameters, TaskNameResult>
{
    public Task<TaskNameResult> RunTask(TaskNameParameters parameters, TaskContext context, CancellationToken cancellationToken)
    {
        context.Logger.LogDebug("Working on {Item}", parameters.ItemId);
        return Task.FromResult(new TaskNameResult(parameters.Value));
    }
}
