using System.Runtime.CompilerServices;
using TaskQueue.Contracts;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Records.Runs;

/// <summary>The records of runs, and of their ends.</summary>
/// <remarks>Every method throws <see cref="TaskQueueException"/> when the store refuses (69, 74, 77, 78).</remarks>
public sealed class RunRecords
{
    private readonly IObjectStore _store;
    private readonly RecordFiles<RunRecord> _runs;
    private readonly RecordFiles<RunEnd> _ends;

    internal RunRecords(IObjectStore store) =>
        (_store, _runs, _ends) = (store, new(store, RecordJson.Instance.RunRecord), new(store, RecordJson.Instance.RunEnd));

    public Task WriteAsync(RunRecord record, CancellationToken cancellationToken = default) =>
        _runs.WriteAsync(NameOf("runs", record.Run), record, cancellationToken);

    /// <summary>Reads the records of all runs, in no order.</summary>
    public IAsyncEnumerable<RunRecord> ReadAsync(CancellationToken cancellationToken = default) =>
        _runs.ReadAllAsync(RecordStore.Folder("runs"), cancellationToken);

    /// <summary>Reads the record of a run; null when there is none.</summary>
    public Task<RunRecord?> FindAsync(string run, CancellationToken cancellationToken = default) =>
        _runs.FindAsync(NameOf("runs", run), cancellationToken);

    /// <summary>Reads the record of a run that a person named.</summary>
    /// <exception cref="TaskQueueException">There is no such run (65), or the name is none (64).</exception>
    public async Task<RunRecord> GetAsync(string run, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(RunName.Check(run), cancellationToken) is { } record)
            return record;
        var near = NearMiss.Find(run, await ReadAsync(cancellationToken).Select(known => known.Run).ToListAsync(cancellationToken));
        throw new TaskQueueException(
            ExitCode.BadInput, $"There is no run {run}.", $"In {_store.Location}",
            $"{(near is null ? "" : $"Did you mean {near}? ")}To see the runs: dotnet run runs");
    }

    /// <summary>Removes the record of a run that has queued nothing.</summary>
    public Task RemoveAsync(RunRecord record, CancellationToken cancellationToken = default) =>
        _store.DeleteAsync(NameOf("runs", record.Run), cancellationToken);

    /// <summary>Adds up the sizes of what a run has left in the store, in bytes.</summary>
    public async Task<long> MeasureAsync(RunRecord record, CancellationToken cancellationToken = default)
    {
        var bytes = 0L;
        foreach (var folder in FoldersOf(record))
            bytes += await _store.MeasureAsync(folder, cancellationToken);
        return bytes;
    }

    /// <summary>Reads the record of the newest run; null when there is none.</summary>
    public async Task<RunRecord?> FindNewestAsync(CancellationToken cancellationToken = default) =>
        await ReadAsync(cancellationToken).MaxByAsync(run => (run.Started, run.Run), cancellationToken: cancellationToken);

    /// <summary>Reads how a run was ended by a person; null while it was not.</summary>
    public Task<RunEnd?> FindEndAsync(string run, CancellationToken cancellationToken = default) =>
        _ends.FindAsync(NameOf("ended", run), cancellationToken);

    /// <summary>Reads which runs were ended by a person.</summary>
    public async Task<IReadOnlyDictionary<string, RunEnd>> ReadEndsAsync(CancellationToken cancellationToken = default) =>
        await _ends.ReadAllAsync(RecordStore.Folder("ended"), cancellationToken).ToDictionaryAsync(end => end.Run, cancellationToken: cancellationToken);

    /// <summary>Ends a run for good; nothing happens to one that was ended before.</summary>
    public Task CancelAsync(string run, DateTimeOffset at, CancellationToken cancellationToken = default) =>
        _ends.WriteIfAbsentAsync(NameOf("ended", run), new RunEnd(run, IsDeleted: false, at), cancellationToken);

    /// <summary>Removes all records of a run, and leaves what tells late workers of it.</summary>
    /// <param name="record">Which.</param>
    /// <param name="at">When a person asked for it.</param>
    /// <param name="deleted">Told how many objects were removed so far.</param>
    /// <param name="cancellationToken">Stops between two objects; it may be called again.</param>
    public async Task DeleteAsync(RunRecord record, DateTimeOffset at, Action<long> deleted, CancellationToken cancellationToken = default)
    {
        await _ends.WriteAsync(NameOf("ended", record.Run), new RunEnd(record.Run, IsDeleted: true, at), cancellationToken);
        var count = 0L;
        await Parallel.ForEachAsync(ListAsync(record, cancellationToken), cancellationToken, async (name, stop) =>
        {
            await _store.DeleteAsync(name, stop);
            deleted(Interlocked.Increment(ref count));
        });
        // Last: what is left after a crash is found by it.
        await _store.DeleteAsync(NameOf("runs", record.Run), cancellationToken);
    }

    private async IAsyncEnumerable<string> ListAsync(RunRecord record, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var folder in FoldersOf(record))
            await foreach (var name in _store.ListAsync(folder, cancellationToken))
                yield return name;
    }

    private static IEnumerable<string> FoldersOf(RunRecord record) =>
        ((string[])["done", "failed", "logs", StoredValues.Payloads, StoredValues.Results]).Select(kind => RecordStore.Folder(kind, record.Task, record.Run));

    private static string NameOf(string kind, string run) => RecordStore.Folder(kind) + TaskKey.Of(run) + RecordFiles<RunRecord>.Ending;
}
