using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The records of all tasks, under <c>.dltaskqueue/</c> of CF_CLOUDPATH.</summary>
/// <remarks>
/// Every method throws <see cref="Contracts.TaskQueueException"/> when the store refuses (69, 74, 77, 78), and when it
/// meets a record that is no longer JSON (74).
/// </remarks>
public sealed class RecordStore(IObjectStore store)
{
    private readonly RecordFiles<DoneRecord> _done = new(store, RecordJson.Instance.DoneRecord);
    private readonly RecordFiles<FailedRecord> _failed = new(store, RecordJson.Instance.FailedRecord);
    private readonly RecordFiles<WorkerRecord> _workers = new(store, RecordJson.Instance.WorkerRecord);
    private readonly RecordFiles<RunRecord> _runs = new(store, RecordJson.Instance.RunRecord);

    public IObjectStore Store { get; } = store;

    public Task<bool> IsDoneAsync(string task, string id, CancellationToken cancellationToken = default) =>
        Store.ExistsAsync(DoneName(task, id), cancellationToken);

    /// <summary>Writes a done record unless there is one.</summary>
    /// <returns>False when the row was done already; its record stays as it was.</returns>
    public Task<bool> WriteDoneAsync(DoneRecord record, CancellationToken cancellationToken = default) =>
        _done.WriteIfAbsentAsync(DoneName(record.Task, record.Id), record, cancellationToken);

    public Task WriteFailedAsync(FailedRecord record, CancellationToken cancellationToken = default) =>
        _failed.WriteAsync(FailedName(record.Task, record.Id), record, cancellationToken);

    public Task DeleteFailedAsync(string task, string id, CancellationToken cancellationToken = default) =>
        Store.DeleteAsync(FailedName(task, id), cancellationToken);

    public Task WriteLogAsync(
        string task, string id, ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        Store.WriteAsync(LogName(task, id), text, cancellationToken);

    public Task WriteWorkerAsync(WorkerRecord record, CancellationToken cancellationToken = default) =>
        _workers.WriteAsync(Folder("workers") + TaskKey.Of(record.Worker) + ".json", record, cancellationToken);

    public Task WriteRunAsync(RunRecord record, CancellationToken cancellationToken = default) =>
        _runs.WriteAsync(Folder("runs") + TaskKey.Of(record.Run) + ".json", record, cancellationToken);

    /// <summary>Lists which rows of a task are done, once, in tens of bytes a row.</summary>
    public Task<KeySet> ListDoneAsync(string task, CancellationToken cancellationToken = default) =>
        ListAsync(_done.ListKeysAsync(Folder("done", task), cancellationToken));

    /// <summary>Lists which rows of a task have a failed record, once, in tens of bytes a row.</summary>
    public Task<KeySet> ListFailedAsync(string task, CancellationToken cancellationToken = default) =>
        ListAsync(_failed.ListKeysAsync(Folder("failed", task), cancellationToken));

    private static async Task<KeySet> ListAsync(IAsyncEnumerable<string> keys)
    {
        var set = new KeySet();
        await foreach (var key in keys)
            set.AddKey(key);

        return set;
    }

    public Task<FailedRecord?> FindFailedAsync(string task, string id, CancellationToken cancellationToken = default) =>
        _failed.FindAsync(FailedName(task, id), cancellationToken);

    /// <exception cref="FileNotFoundException">The row has no log.</exception>
    public Task<Stream> OpenLogAsync(string task, string id, CancellationToken cancellationToken = default) =>
        Store.OpenReadAsync(LogName(task, id), cancellationToken);

    public IAsyncEnumerable<DoneRecord> ReadDoneAsync(string task, CancellationToken cancellationToken = default) =>
        _done.ReadAllAsync(Folder("done", task), cancellationToken);

    public IAsyncEnumerable<FailedRecord> ReadFailedAsync(string task, CancellationToken cancellationToken = default) =>
        _failed.ReadAllAsync(Folder("failed", task), cancellationToken);

    public IAsyncEnumerable<WorkerRecord> ReadWorkersAsync(CancellationToken cancellationToken = default) =>
        _workers.ReadAllAsync(Folder("workers"), cancellationToken);

    public IAsyncEnumerable<RunRecord> ReadRunsAsync(CancellationToken cancellationToken = default) =>
        _runs.ReadAllAsync(Folder("runs"), cancellationToken);

    /// <summary>The name in the store of a row's done record.</summary>
    public static string DoneName(string task, string id) => Folder("done", task) + TaskKey.Of(id) + ".json";

    private static string FailedName(string task, string id) => Folder("failed", task) + TaskKey.Of(id) + ".json";

    private static string LogName(string task, string id) => Folder("logs", task) + TaskKey.Of(id) + ".txt";

    private static string Folder(string kind) => $"{OutputStore.RecordsFolder}{kind}/";

    private static string Folder(string kind, string task) => $"{OutputStore.RecordsFolder}{kind}/{TaskKey.OfTask(task)}/";
}
