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
    /// <param name="ids">Only these; null for all.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many were put back.</returns>
    /// <exception cref="TaskQueueException">An id is not among the failed tasks (exit code 65).</exception>
    public async Task<long> RequeueAsync(string? task, IReadOnlySet<string>? ids, CancellationToken cancellationToken)
    {
        var keys = await queue.ListParkedAsync(cancellationToken)
            .Select(message => message.Key)
            .Where(key => (task is null || key.Task == task) && (ids is null || ids.Contains(key.Id)))
            .ToHashSetAsync(cancellationToken: cancellationToken);
        var missing = ids?.Except(keys.Select(key => key.Id)).ToList() ?? [];
        if (missing.Count > 0)
            throw new TaskQueueException(
                ExitCode.BadInput, $"{string.Join(", ", missing.Take(5))}: not among the failed tasks.",
                $"In {queue.Location}; nothing was put back",
                "To see the ids: dotnet run failed");

        if (keys.Count == 0)
            return 0;

        // The records go first: a task that is back in the queue may fail again at once, and that record has to stay.
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken },
            async (key, stop) => await records.DeleteFailedAsync(key.Task, key.Id, stop));
        return await queue.RequeueAsync(keys.Contains, cancellationToken);
    }
}
