using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TaskQueue.Collections;
using TaskQueue.Queues;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The failed records: <c>failed/&lt;task&gt;/&lt;run&gt;/&lt;key&gt;.json</c>. They are few, and files that people can read and delete.</summary>
/// <remarks>A failed record whose row is done counts for nothing, should it be left behind.</remarks>
public sealed class FailedRecords
{
    /// <summary>Of more runs at once nothing is kept: they are listed again.</summary>
    private const int MostRuns = 64;

    /// <summary>By task and run, the failed rows of its other runs, by folder, as of the moment when that run was first met.</summary>
    private readonly ConcurrentDictionary<(string Task, string? Run), Dictionary<string, FingerprintSet>> _ofOtherRuns = new();

    private readonly IObjectStore _store;
    private readonly RecordFiles<FailedRecord> _files;

    internal FailedRecords(IObjectStore store) => (_store, _files) = (store, new(store, RecordJson.Instance.FailedRecord));

    public Task WriteAsync(FailedRecord record, CancellationToken cancellationToken = default) =>
        _files.WriteAsync(NameOf(record.Task, record.Run, record.Id), record, cancellationToken);

    public Task DeleteAsync(string task, string? run, string id, CancellationToken cancellationToken = default) =>
        _store.DeleteAsync(NameOf(task, run, id), cancellationToken);

    /// <summary>Deletes what other runs left of a row when it failed there.</summary>
    /// <remarks>The row was inserted again because it had failed: the record is older than the run, and one listing for each run finds it.</remarks>
    public async Task DeleteOfOtherRunsAsync(string task, string? run, string id, CancellationToken cancellationToken = default)
    {
        if (!_ofOtherRuns.TryGetValue((task, run), out var others))
        {
            others = await ListOtherRunsAsync(task, run, cancellationToken);
            if (_ofOtherRuns.Count >= MostRuns)
                _ofOtherRuns.Clear();
            _ofOtherRuns[(task, run)] = others;
        }
        if (others.Count == 0)
            return;
        var key = TaskKey.Of(id);
        foreach (var (folder, _) in others.Where(other => other.Value.Contains(TaskKey.ToUtf8(key))))
            await _store.DeleteAsync($"{folder}{key}{RecordFiles<FailedRecord>.Ending}", cancellationToken);
    }

    /// <returns>Null when there is none.</returns>
    public Task<FailedRecord?> FindAsync(string task, string? run, string id, CancellationToken cancellationToken = default) =>
        _files.FindAsync(NameOf(task, run, id), cancellationToken);

    /// <summary>Finds the record of a message: one whose run has no record leaves its own where those without a run do.</summary>
    public async Task<FailedRecord?> FindOfMessageAsync(MessageKey message, CancellationToken cancellationToken = default) =>
        await FindAsync(message.Task, message.Run, message.Id, cancellationToken)
        ?? (message.Run is null ? null : await FindAsync(message.Task, null, message.Id, cancellationToken));

    /// <summary>Finds the record of whichever run failed last.</summary>
    public async Task<FailedRecord?> FindLastAsync(string task, string id, CancellationToken cancellationToken = default)
    {
        var ending = $"/{TaskKey.Of(id)}{RecordFiles<FailedRecord>.Ending}";
        var names = await _files.ListAsync(Folder(task), cancellationToken)
            .Where(name => name.EndsWith(ending, StringComparison.Ordinal)).ToListAsync(cancellationToken);
        return await FindLastAsync(names, cancellationToken);
    }

    /// <summary>Counts the rows of a run that no further attempt follows for.</summary>
    public ValueTask<int> CountParkedRowsAsync(string task, string run, CancellationToken cancellationToken = default) =>
        _files.ReadAllAsync(RecordStore.Folder("failed", task, run), cancellationToken).CountAsync(record => record.Parked, cancellationToken);

    /// <summary>Reads the records of a task; of a row that failed in several runs the last one.</summary>
    public async IAsyncEnumerable<FailedRecord> ReadAsync(string task, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var repeated = await ListRepeatedAsync(task, cancellationToken);
        var names = _files.ListAsync(Folder(task), cancellationToken).Where(name => !repeated.ContainsKey(KeyOf(name)));
        await foreach (var record in _files.ReadAsync(names, cancellationToken))
            yield return record;
        foreach (var runs in repeated.Values)
            if (await FindLastAsync(runs, cancellationToken) is { } record)
                yield return record;
    }

    /// <summary>Reads the records of some rows.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="run">Which run; null for all.</param>
    /// <param name="isWanted">Asked for each row's key.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<FailedRecord> ReadAsync(
        string task, string? run, Func<string, bool> isWanted, CancellationToken cancellationToken = default)
    {
        var folder = run is null ? Folder(task) : RecordStore.Folder("failed", task, run);
        return _files.ReadAsync(_files.ListAsync(folder, cancellationToken).Where(name => isWanted(KeyOf(name))), cancellationToken);
    }

    private async Task<Dictionary<string, FingerprintSet>> ListOtherRunsAsync(string task, string? run, CancellationToken cancellationToken)
    {
        var own = RecordStore.Folder("failed", task, run);
        var others = new Dictionary<string, FingerprintSet>();
        await foreach (var name in _files.ListAsync(Folder(task), cancellationToken))
        {
            var folder = name[..(name.LastIndexOf('/') + 1)];
            if (folder == own)
                continue;
            if (!others.TryGetValue(folder, out var keys))
                others[folder] = keys = new FingerprintSet();
            keys.Add(TaskKey.ToUtf8(KeyOf(name)));
        }
        return others;
    }

    /// <returns>By key, the names of rows that failed in several runs.</returns>
    private async Task<Dictionary<string, List<string>>> ListRepeatedAsync(string task, CancellationToken cancellationToken)
    {
        var keys = new FingerprintSet();
        var repeated = new Dictionary<string, List<string>>();
        await foreach (var name in _files.ListAsync(Folder(task), cancellationToken))
            if (!keys.Add(TaskKey.ToUtf8(KeyOf(name))))
                repeated[KeyOf(name)] = [];
        if (repeated.Count > 0)
            await foreach (var name in _files.ListAsync(Folder(task), cancellationToken))
                if (repeated.TryGetValue(KeyOf(name), out var names))
                    names.Add(name);
        return repeated;
    }

    private async Task<FailedRecord?> FindLastAsync(List<string> names, CancellationToken cancellationToken) =>
        await _files.ReadAsync(names.ToAsyncEnumerable(), cancellationToken).MaxByAsync(record => record.Finished, cancellationToken: cancellationToken);

    private static string KeyOf(string name) => RecordFiles<FailedRecord>.KeyOf(name);

    private static string Folder(string task) => RecordStore.Folder("failed", task);

    private static string NameOf(string task, string? run, string id) =>
        $"{RecordStore.Folder("failed", task, run)}{TaskKey.Of(id)}{RecordFiles<FailedRecord>.Ending}";
}
