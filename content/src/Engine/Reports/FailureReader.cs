using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Lists the parked tasks of the queue; of those that are shown, with what their failed records say.</summary>
internal sealed class FailureReader(ITaskQueue queue, RecordStore records)
{
    private const int ReadsAtOnce = 32;

    /// <param name="task">Only this task's; null for all.</param>
    /// <param name="run">Only this run's; null for all.</param>
    /// <param name="limit">List at most so many, the last to fail; all are counted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="error">Only those whose error has this in it, in upper or lower case; null for all.</param>
    public async Task<Failures> ReadAsync(string? task, string? run, long limit, CancellationToken cancellationToken, string? error = null)
    {
        // Nothing is asked of the store meanwhile: a broker may have its messages in our hands until the list ends.
        var (count, others, groups, last) = (0, 0, new ErrorGroups(), new PriorityQueue<ParkedMessage, DateTimeOffset>());
        await foreach (var message in queue.ListParkedMessagesAsync(cancellationToken))
        {
            if (task is not null && message.Key.Task != task)
                continue;
            if (run is not null && message.Key.Run != run)
            {
                others++;
                continue;
            }
            if (!HasError(message, error))
                continue;
            count++;
            groups.Add(message);
            last.Enqueue(message, message.Parking.At);
            if (last.Count > limit)
                last.Dequeue();
        }

        var tasks = await SelectAsync([.. last.UnorderedItems.Select(item => item.Element)], DescribeAsync, cancellationToken);
        return new(
            count, await SelectAsync([.. groups.All], DescribeAsync, cancellationToken), [.. tasks.OrderByDescending(failure => failure.Failed)])
        {
            OtherRuns = others,
            Waiting = (await queue.CountDelayedAsync(cancellationToken)).Count,
        };
    }

    /// <summary>Whether a task failed with an error that has some text in it, in upper or lower case.</summary>
    public static bool HasError(ParkedMessage message, string? error) =>
        error is null || message.Parking.Reason.Contains(error, StringComparison.OrdinalIgnoreCase);

    private async Task<FailureGroup> DescribeAsync(ErrorGroup group, CancellationToken cancellationToken)
    {
        var record = await FindRecordAsync(group.Example.Key, cancellationToken);
        return new(TypeOf(record) + group.Error, group.Count, group.Example.Key.Id);
    }

    private async Task<Failure> DescribeAsync(ParkedMessage message, CancellationToken cancellationToken)
    {
        var (task, id, _) = message.Key;
        return await FindRecordAsync(message.Key, cancellationToken) is { } record
            ? new(task, id, record.Row, record.Attempt, record.Finished, TypeOf(record) + record.Message, record.Worker)
            : new(task, id, null, message.Parking.Attempts, message.Parking.At, message.Parking.Reason, null);
    }

    private async Task<FailedRecord?> FindRecordAsync(MessageKey key, CancellationToken cancellationToken) =>
        key.NamesRow ? await records.Failed.FindOfMessageAsync(key, cancellationToken) : null;

    /// <summary>What stands before the message: the exception's type.</summary>
    private static string TypeOf(FailedRecord? record) => record?.Exception is { } type ? $"{type.Split('.')[^1]}: " : "";

    private static async Task<TResult[]> SelectAsync<T, TResult>(
        IReadOnlyList<T> items, Func<T, CancellationToken, Task<TResult>> describe, CancellationToken cancellationToken)
    {
        var described = new TResult[items.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, stop) => described[index] = await describe(items[index], stop));
        return described;
    }
}
