using System.Globalization;
using System.Runtime.CompilerServices;
using TaskQueue.Records.Journals;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The records of all tasks, under <c>.dltaskqueue/</c> of CF_CLOUDPATH.</summary>
/// <remarks>
/// Every method throws <see cref="Contracts.TaskQueueException"/> when the store refuses (69, 74, 77, 78), and when it
/// meets a record that is no longer JSON (74).
/// </remarks>
public sealed class RecordStore(IObjectStore store)
{
    private readonly RecordFiles<DoneRecord> _oldDone = new(store, RecordJson.Instance.DoneRecord);
    private readonly RecordFiles<FailedRecord> _failed = new(store, RecordJson.Instance.FailedRecord);
    private readonly RecordFiles<WorkerRecord> _workers = new(store, RecordJson.Instance.WorkerRecord);
    private readonly RecordFiles<RunRecord> _runs = new(store, RecordJson.Instance.RunRecord);

    public IObjectStore Store { get; } = store;

    /// <summary>Checks that the records have the layout of this program, and marks a store that has none yet.</summary>
    /// <exception cref="Contracts.TaskQueueException">They have another (78).</exception>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => RecordLayout.PrepareAsync(Store, cancellationToken);

    /// <summary>Told in a sentence that lines of journals were passed over because they are not whole: their rows were never acknowledged.</summary>
    public Action<string>? LinesPassedOver { get; init; }

    /// <summary>Adds what a row left behind to the journal of its run.</summary>
    /// <returns>Ends when it is durable.</returns>
    public static Task AddDoneAsync(JournalWriter journal, DoneRecord record) =>
        journal.AddAsync(record.Task, record.Run, JournalLine.Of(record, RecordJson.Instance.DoneRecord));

    /// <summary>Adds that a row was found done to the journal of the run that asked for it.</summary>
    internal static Task AddDoneBeforeAsync(JournalWriter journal, DoneBefore line) =>
        journal.AddAsync(line.Task, line.Run, JournalLine.Of(line, RecordJson.Instance.DoneBefore));

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

    /// <summary>Reads which rows of a task are done.</summary>
    public async Task<DoneIds> ReadDoneIdsAsync(string task, CancellationToken cancellationToken = default)
    {
        await RecordLayout.CheckAsync(Store, cancellationToken);
        var ids = OpenDoneIds(task);
        await ids.RefreshAsync(cancellationToken);
        TellOf(ids.Damaged);
        return ids;
    }

    /// <summary>Will know which rows of a task are done, once it is refreshed.</summary>
    public DoneIds OpenDoneIds(string task) => new(Store, task);

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

    /// <summary>Reads the done rows of a task in the order of its table, each once.</summary>
    public async IAsyncEnumerable<DoneRecord> ReadDoneAsync(
        string task, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var rows = new DoneRows(Store, task);
        await foreach (var row in rows.ReadAsync(cancellationToken))
            yield return row;
        TellOf(rows.Damaged);
        // Of the older layout, which nothing but this reads.
        await foreach (var row in _oldDone.ReadAllAsync(Folder("done", task), cancellationToken))
            yield return row;
    }

    /// <summary>Reads what a row left behind when it was done; null when it is not done.</summary>
    public async Task<DoneRecord?> FindDoneAsync(string task, string id, CancellationToken cancellationToken = default)
    {
        await RecordLayout.CheckAsync(Store, cancellationToken);
        DoneRecord? first = null;
        var firstSegment = "";
        var wanted = TaskKey.ToUtf8(id);
        var reader = new JournalReader(Store, task);
        await reader.ReadNewAsync(Look, cancellationToken);
        TellOf(reader.Damaged);
        return first;

        void Look(string segment, ReadOnlySpan<byte> line)
        {
            if (JournalLine.TryReadId(line, out var found) && found.SequenceEqual(wanted)
                && JournalLine.Read(line) is var record && IsBefore(record, segment))
                (first, firstSegment) = (record, segment);
        }

        // As DoneRows orders them; lines of one segment come in their order.
        bool IsBefore(DoneRecord record, string segment) => first is null
            || record.Finished < first.Finished
            || (record.Finished == first.Finished && string.CompareOrdinal(segment, firstSegment) < 0);
    }

    /// <summary>Tells of lines that are not whole.</summary>
    private void TellOf(long damaged)
    {
        if (damaged > 0)
            LinesPassedOver?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{damaged:N0} {(damaged == 1 ? "line" : "lines")} of the done journals passed over: cut short by a crash, or still being written."));
    }

    public IAsyncEnumerable<FailedRecord> ReadFailedAsync(string task, CancellationToken cancellationToken = default) =>
        _failed.ReadAllAsync(Folder("failed", task), cancellationToken);

    public IAsyncEnumerable<WorkerRecord> ReadWorkersAsync(CancellationToken cancellationToken = default) =>
        _workers.ReadAllAsync(Folder("workers"), cancellationToken);

    public IAsyncEnumerable<RunRecord> ReadRunsAsync(CancellationToken cancellationToken = default) =>
        _runs.ReadAllAsync(Folder("runs"), cancellationToken);

    private static string FailedName(string task, string id) => Folder("failed", task) + TaskKey.Of(id) + ".json";

    private static string LogName(string task, string id) => Folder("logs", task) + TaskKey.Of(id) + ".txt";

    private static string Folder(string kind) => $"{OutputStore.RecordsFolder}{kind}/";

    internal static string Folder(string kind, string task) => $"{OutputStore.RecordsFolder}{kind}/{TaskKey.OfTask(task)}/";
}
