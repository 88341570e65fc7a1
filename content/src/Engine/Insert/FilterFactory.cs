using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Insert;

/// <summary>Asks the task's own filter, or lists the done records, once per insert.</summary>
internal sealed class FilterFactory(TaskQueueSettings settings, RecordStore records, IServiceProvider services, ILogger logger)
{
    /// <exception cref="TaskQueueException">The listing or the task's filter failed: it never means that nothing is done.</exception>
    public async Task<RowFilter> CreateAsync(TableBinding binding, bool noFilter, CancellationToken cancellationToken)
    {
        if (noFilter)
            return RowFilter.None;
        if (!binding.Task.HasFilter)
            return RowFilter.ByRecords(await records.ListDoneAsync(binding.Task.Name, cancellationToken));

        var task = ActivatorUtilities.CreateInstance(services, binding.Task.Type);
        var context = new FilterContext { Output = new OutputStore(records.Store), Settings = settings.UserValues, Logger = logger };
        try
        {
            return RowFilter.ByTask(binding, await binding.Task.FilterAsync(task, context, cancellationToken));
        }
        catch (Exception e) when (e is not (TaskQueueException or OperationCanceledException))
        {
            throw new TaskQueueException(
                ExitCode.Internal, $"FilterTasks failed with {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}",
                $"In {binding.Task.Type.FullName}; nothing was queued", "Correct it, or insert every row with --no-filter.", e);
        }
    }
}
