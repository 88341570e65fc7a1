using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Lists the parked tasks of the queue, with what their failed records say.</summary>
internal sealed class FailureReader(ITaskQueue queue, RecordStore records)
{
    /// <param name="task">Only this task's; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Failures> ReadAsync(string? task, CancellationToken cancellationToken)
    {
        var parked = await queue.ListParkedAsync(cancellationToken)
            .Where(message => task is null || message.Key.Task == task)
            .ToListAsync(cancellationToken);
        var known = await ReadRecordsAsync(parked.Select(message => message.Key.Task).Distinct(), cancellationToken);
        var failures = parked
            .Select(message => known.TryGetValue(message.Key, out var failure) ? failure : Describe(message))
            .OrderByDescending(failure => failure.Failed)
            .ToList();
        return new(failures.Count, ErrorPattern.Group(failures), failures);
    }

    private async Task<Dictionary<MessageKey, Failure>> ReadRecordsAsync(
        IEnumerable<string> tasks, CancellationToken cancellationToken)
    {
        var known = new Dictionary<MessageKey, Failure>();
        foreach (var task in tasks)
        {
            await foreach (var record in records.ReadFailedAsync(task, cancellationToken))
                known[new(record.Task, record.Id)] = Describe(record);
        }

        return known;
    }

    private static Failure Describe(FailedRecord record)
    {
        var type = record.Exception?.Split('.')[^1];
        var error = type is null ? record.Message : $"{type}: {record.Message}";
        return new(record.Task, record.Id, record.Attempt, record.Finished, error, record.Worker);
    }

    private static Failure Describe(ParkedMessage message) =>
        new(message.Key.Task, message.Key.Id, message.Parking.Attempts, message.Parking.At, message.Parking.Reason, null);
}
