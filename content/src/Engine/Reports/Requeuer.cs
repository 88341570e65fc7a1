using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Puts failed tasks back in the queue.</summary>
internal sealed class Requeuer(ITaskQueue queue, RecordStore records)
{
    private const int DeletesAtOnce = 32;

    /// <summary>Puts back the tasks of these ids; nothing when one of them has not failed.</summary>
    /// <exception cref="TaskQueueException">An id is not among the failed tasks (exit code 65).</exception>
    public async Task<long> RequeueAsync(
        string? task, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var parked = await ListAsync(task, ids.Contains, cancellationToken);
        var missing = ids.Except(parked.Select(key => key.Id)).ToList();
        if (missing.Count > 0)
            throw new TaskQueueException(
                ExitCode.BadInput, $"{string.Join(", ", missing.Take(5))}: not among the failed tasks.",
                $"In {queue.Location}; nothing was put back",
                "To see the ids: dotnet run failed");

        return await RequeueAsync(parked, cancellationToken);
    }

    /// <summary>Puts back every failed task.</summary>
    /// <param name="task">Only this task's; null for all.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public async Task<long> RequeueAllAsync(string? task, CancellationToken cancellationToken) =>
        await RequeueAsync(await ListAsync(task, _ => true, cancellationToken), cancellationToken);

    private Task<HashSet<MessageKey>> ListAsync(
        string? task, Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        queue.ListParkedAsync(cancellationToken)
            .Select(message => message.Key)
            .Where(key => (task is null || key.Task == task) && isWanted(key.Id))
            .ToHashSetAsync(cancellationToken: cancellationToken)
            .AsTask();

    /// <summary>
    /// The records go first: a task that is back in the queue may fail again at once, and that record has to stay.
    /// </summary>
    private async Task<long> RequeueAsync(HashSet<MessageKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return 0;

        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken },
            async (key, stop) => await records.DeleteFailedAsync(key.Task, key.Id, stop));
        return await queue.RequeueAsync(keys.Contains, cancellationToken);
    }
}
