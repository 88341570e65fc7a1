using System.Globalization;
using System.Runtime.CompilerServices;
using TaskQueue.Collections;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;
using TaskQueue.Storage;

namespace TaskQueue.Records;

/// <summary>The records of all tasks, under <c>.dltaskqueue/</c> of CF_CLOUDPATH.</summary>
/// <remarks>
/// Every method throws <see cref="Contracts.TaskQueueException"/> when the store refuses (69, 74, 77, 78), and when it
/// meets a record that is no longer JSON (74).
/// </remarks>
public sealed class RecordStore(IObjectStore store)
{
    /// <summary>For messages that name no run; no key is so.</summary>
    private const string NoRun = "~";

    private readonly RecordFiles<DoneRecord> _oldDone = new(store, RecordJson.Instance.DoneRecord);
    private readonly RecordFiles<WorkerRecord> _workers = new(store, RecordJson.Instance.WorkerRecord);

    public IObjectStore Store { get; } = store;

    public FailedRecords Failed { get; } = new(store);

    public RunRecords Runs { get; } = new(store);

    /// <summary>Rows and results that are too long to stand in a message or a record.</summary>
    public StoredValues Values { get; } = new(store);

    /// <summary>Checks that the records have the layout of this program, and marks a store that has none yet.</summary>
    /// <exception cref="Contracts.TaskQueueException">They have another (78).</exception>
    public Task PrepareAsync(CancellationToken cancellationToken = default) => RecordLayout.PrepareAsync(Store, cancellationToken);

    /// <summary>Told how many done rows of a task there are, before the first of them is read.</summary>
    public Action<long>? DoneFound { get; init; }

    /// <summary>Told in a sentence that lines of journals were passed over because they are not whole: their rows were never acknowledged.</summary>
    public Action<string>? LinesPassedOver { get; init; }

    public Task WriteLogAsync(
        string task, string? run, string id, ReadOnlyMemory<byte> text, CancellationToken cancellationToken = default) =>
        Store.WriteAsync(LogName(task, run, id), text, cancellationToken);

    public Task WriteWorkerAsync(WorkerRecord record, CancellationToken cancellationToken = default) =>
        _workers.WriteAsync(Folder("workers") + TaskKey.Of(record.Worker) + ".json", record, cancellationToken);

    /// <summary>Reads which rows of a task are done.</summary>
    public async Task<DoneIds> ReadDoneIdsAsync(string task, CancellationToken cancellationToken = default)
    {
        await RecordLayout.CheckAsync(Store, cancellationToken);
        var ids = new DoneIds(Store, task);
        await ids.RefreshAsync(cancellationToken);
        TellOf(ids.Damaged);
        return ids;
    }

    /// <summary>Counts the done rows of a run: those that the workers' records count, and what was written since.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="run">Which run; null for what is of none.</param>
    /// <param name="workers">The records, read before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<JournalCounter> CountDoneAsync(
        string task, string? run, IEnumerable<WorkerRecord> workers, CancellationToken cancellationToken)
    {
        await RecordLayout.CheckAsync(Store, cancellationToken);
        var counter = new JournalCounter(Store, task, run, workers);
        await counter.ReadAsync(cancellationToken);
        TellOf(counter.Damaged);
        return counter;
    }

    /// <summary>Will know which rows of a task are done, and by which runs, once it is refreshed.</summary>
    public DoneIds OpenDoneIds(string task) => new(Store, task, byRun: true);

    /// <summary>Counts the ids of a run's rows that are done: every line of it is read.</summary>
    public async Task<long> CountDoneIdsAsync(string task, string? run, CancellationToken cancellationToken = default)
    {
        var ids = new FingerprintSet();
        await new JournalReader(Store, JournalNames.Folder(task, run)).ReadNewAsync(
            (_, line) =>
            {
                JournalLine.TryReadId(line, out var id);
                ids.Add(id);
            },
            cancellationToken);
        return ids.Count;
    }

    /// <exception cref="FileNotFoundException">The row has no log.</exception>
    public Task<Stream> OpenLogAsync(string task, string? run, string id, CancellationToken cancellationToken = default) =>
        Store.OpenReadAsync(LogName(task, run, id), cancellationToken);

    /// <summary>Reads the done rows of a task in the order of its table, each once.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="run">Only those that this run has done; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<DoneRecord> ReadDoneAsync(
        string task, string? run = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var rows = new DoneRows(Store, FolderOf(task, run), DoneFound);
        await foreach (var row in rows.ReadAsync(cancellationToken))
            yield return row;
        TellOf(rows.Damaged);
        if (run is not null)
            yield break;
        // Of the older layout, which nothing but this reads.
        await foreach (var row in _oldDone.ReadAllAsync(Folder("done", task), cancellationToken))
            yield return row;
    }

    /// <summary>Reads what a row left behind when it was done; null when it is not done.</summary>
    /// <param name="task">Whose row.</param>
    /// <param name="id">Its id.</param>
    /// <param name="run">Only what this run has done; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<DoneRecord?> FindDoneAsync(string task, string id, string? run = null, CancellationToken cancellationToken = default)
    {
        await RecordLayout.CheckAsync(Store, cancellationToken);
        DoneRecord? first = null;
        var firstSegment = "";
        var wanted = TaskKey.ToUtf8(id);
        var reader = new JournalReader(Store, FolderOf(task, run));
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
        bool IsBefore(DoneRecord record, string segment)
        {
            if (first is null)
                return true;
            var order = OrderOf(record).CompareTo(OrderOf(first));
            return order < 0 || (order == 0 && string.CompareOrdinal(segment, firstSegment) < 0);
        }

        static (long, DateTimeOffset) OrderOf(DoneRecord record) => (-(record.Again?.UtcTicks ?? 0), record.Finished);
    }

    /// <summary>Tells of lines that are not whole.</summary>
    private void TellOf(long damaged)
    {
        if (damaged > 0)
            LinesPassedOver?.Invoke(string.Create(
                CultureInfo.InvariantCulture,
                $"{damaged:N0} {(damaged == 1 ? "line" : "lines")} of the done journals passed over: cut short by a crash, or still being written."));
    }

    public IAsyncEnumerable<WorkerRecord> ReadWorkersAsync(CancellationToken cancellationToken = default) =>
        _workers.ReadAllAsync(Folder("workers"), cancellationToken);

    /// <summary>Reads the records of some workers.</summary>
    /// <param name="isWanted">Asked for each worker's key, which is <see cref="TaskKey.Of"/> its name.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<WorkerRecord> ReadWorkersAsync(Func<string, bool> isWanted, CancellationToken cancellationToken = default) =>
        _workers.ReadAsync(_workers.ListAsync(Folder("workers"), cancellationToken).Where(name => isWanted(RecordFiles<WorkerRecord>.KeyOf(name))), cancellationToken);

    private static string FolderOf(string task, string? run) => run is null ? JournalNames.Folder(task) : JournalNames.Folder(task, run);

    private static string LogName(string task, string? run, string id) => Folder("logs", task, run) + TaskKey.Of(id) + ".txt";

    internal static string Folder(string kind) => $"{OutputStore.RecordsFolder}{kind}/";

    internal static string Folder(string kind, string task) => $"{OutputStore.RecordsFolder}{kind}/{TaskKey.OfTask(task)}/";

    internal static string Folder(string kind, string task, string? run) =>
        $"{Folder(kind, task)}{(run is null or "" ? NoRun : TaskKey.Of(run))}/";
}
