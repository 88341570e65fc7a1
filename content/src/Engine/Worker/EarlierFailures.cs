using System.Collections.Concurrent;
using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>Which rows had a failed record when this worker started: asking the store for every row would cost as much as recording it.</summary>
public sealed class EarlierFailures(RecordStore records)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<KeySet>>> _byTask = new(StringComparer.Ordinal);

    public async ValueTask<bool> HasFailedAsync(string task, string id)
    {
        var failed = await _byTask.GetOrAdd(task, name => new Lazy<Task<KeySet>>(() => records.ListFailedAsync(name))).Value;
        return failed.Count > 0 && failed.Contains(id);
    }
}
