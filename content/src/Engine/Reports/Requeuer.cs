using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Puts failed tasks back in the queue.</summary>
internal sealed class Requeuer(ITaskQueue queue, RecordStore records)
{
    private const int DeletesAtOnce = 32;

    /// <summary>Puts tasks back; none when one of the ids has not failed.</summary>
    /// <param name="task">Only this task's; null for all.</param>
    /// <param name="run">Only this run's; null for all.</param>
    /// <param name="ids">Only these; null for all.</param>
    /// <param name="error">Only those whose error has this in it; null for all.</param>
    /// <param name="progress">Told how many are back; may be told from several threads.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many were put back.</returns>
    /// <exception cref="TaskQueueException">An id is not among the failed tasks, or the run was cancelled (exit code 65).</exception>
    public async Task<long> RequeueAsync(
        string? task, string? run, IReadOnlySet<string>? ids, string? error, Action<long> progress, CancellationToken cancellationToken)
    {
        if (run is not null && await records.Runs.FindEndAsync(run, cancellationToken) is not null)
            throw new TaskQueueException(
                ExitCode.BadInput, $"The run {run} was cancelled.", "Nothing was put back", "Insert again: dotnet run insert-tasks");
        if (ids is not null)
            await RefuseMissingAsync(ids, IsOfRun, cancellationToken);

        var chosen = error is null ? null : await FindByErrorAsync(error, cancellationToken);
        var (started, count) = (DateTimeOffset.UtcNow, 0L);
        await queue.RequeueAsync(IsWanted, DeleteRecordsAsync, cancellationToken);
        return count;

        bool IsOfRun(MessageKey key) => (task is null || key.Task == task) && (run is null || key.Run == run);

        bool IsWanted(MessageKey key) => IsOfRun(key) && (ids is null || ids.Contains(key.Id)) && (chosen is null || chosen.Contains(key));

        async Task DeleteRecordsAsync(IReadOnlyList<MessageKey> keys)
        {
            // Only now: a record whose task is in the queue does no harm, a failed task without its record does.
            var options = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = CancellationToken.None };
            await Parallel.ForEachAsync(keys, options, async (key, _) => await DeleteRecordAsync(key, started));
            progress(Interlocked.Add(ref count, keys.Count));
        }
    }

    private async Task<IReadOnlySet<MessageKey>> FindByErrorAsync(string error, CancellationToken cancellationToken)
    {
        var found = new HashSet<MessageKey>();
        await foreach (var message in queue.ListParkedMessagesAsync(cancellationToken))
            if (FailureReader.HasError(message, error))
                found.Add(message.Key);
        return found;
    }

    private async Task RefuseMissingAsync(IReadOnlySet<string> ids, Func<MessageKey, bool> isOfRun, CancellationToken cancellationToken)
    {
        var missing = ids.ToHashSet();
        await foreach (var message in queue.ListParkedMessagesAsync(cancellationToken))
            if (isOfRun(message.Key))
                missing.Remove(message.Key.Id);

        if (missing.Count > 0)
            throw new TaskQueueException(
                ExitCode.BadInput, $"{string.Join(", ", missing.Take(5))}: not among the failed tasks.",
                $"In {queue.Location}; nothing was put back",
                "To see the ids: dotnet run failed; those of other runs: --all-runs");
    }

    /// <summary>The task runs again: what it fails of by now has to stay.</summary>
    private async Task DeleteRecordAsync(MessageKey key, DateTimeOffset requeued)
    {
        if (key.NamesRow && await records.Failed.FindOfMessageAsync(key) is { } record && record.Finished < requeued)
            await records.Failed.DeleteAsync(record.Task, record.Run, record.Id);
    }
}
