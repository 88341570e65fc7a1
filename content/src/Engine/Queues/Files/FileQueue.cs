using System.Runtime.CompilerServices;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Files;

/// <summary>The queue <c>fq://path</c>: a SQLite file on a local disk, for the processes of one host.</summary>
/// <remarks>
/// A committed batch survives a crash of every process, and of the host where the disk honours fsync
/// (write-ahead log with synchronous=FULL, https://sqlite.org/wal.html). Expiry is decided when leasing, so nothing has
/// to run for a dead worker's tasks to come back.
/// </remarks>
public sealed class FileQueue : ILeaseQueue
{
    public const string Scheme = "fq";

    /// <summary>The option after a <c>?</c> of the path that allows a network file system.</summary>
    public const string AllowNetwork = "network=allow";

    /// <summary>A row of SQLite, the id included, has at most 1,000,000,000 bytes (https://sqlite.org/limits.html).</summary>
    private const int MaxMessageBytes = 999_000_000;

    /// <summary>Of changes that are not in a hurry: renewals of leases get their turn in between.</summary>
    private const int RowsPerChange = 5000;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private const int PollsPerQuery = 5;
    private const int QueriesPerFileCheck = 10;

    private readonly string _path;
    private readonly long _identity;
    private readonly Database _database;
    private readonly Database _renewalDatabase;
    private readonly LeaseTable _leases;
    private readonly LeaseTable _renewals;
    private readonly ParkedTable _parked;
    private readonly RunTasks _runs;
    private readonly TimeProvider _clock;
    private long _changes;
    private int _queries;

    /// <param name="path">An existing queue file.</param>
    /// <param name="clock">By which leases end.</param>
    internal FileQueue(string path, TimeProvider clock)
    {
        _path = path;
        _clock = clock;
        _identity = QueueFile.ReadIdentity(path);
        _database = new Database(path, durable: true);
        _renewalDatabase = new Database(path, durable: false);
        _leases = new LeaseTable(_database, clock);
        _renewals = new LeaseTable(_renewalDatabase, clock);
        _parked = new ParkedTable(_database);
        _runs = new RunTasks(_database, clock);
    }

    public string Location => $"{Scheme}://{_path}";

    /// <summary>Opens the file, creating it when there is none and that is wanted.</summary>
    /// <exception cref="TaskQueueException">It cannot be written, is no queue, or lies on a network file system.</exception>
    public static ITaskQueue Open(QueueAddress address)
    {
        var (name, option) = address.Path.Split('?', 2) is [var before, var after] ? (before, after) : (address.Path, "");
        if (name is "" or ['~', ..] || name.EndsWith('/') || option is not ("" or AllowNetwork))
            throw new TaskQueueException(
                ExitCode.Configuration, $"TASKQUEUE_PATH is not the path of a file: '{Scheme}://{address.Path}'.",
                next: $"Use {Scheme}://name, beside config/, or {Scheme}:///folder/name; the only option is ?{AllowNetwork}.");

        // A link is followed once, here: its target cannot be exchanged later.
        var path = Path.GetFullPath(name, address.ProjectRoot);
        if (new FileInfo(path).LinkTarget is not null)
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (!address.MayCreate && !Path.Exists(path))
            throw FileErrors.Missing(path);
        QueueFile.Ensure(path, option == AllowNetwork);
        return new FileQueue(path, TimeProvider.System);
    }

    public ValueTask<int> GetMaxMessageBytesAsync(CancellationToken cancellationToken) => new(MaxMessageBytes);

    public Task InsertAsync(
        IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken) =>
        Task.Run(() =>
        {
            using var source = messages.GetEnumerator();
            while (!cancellationToken.IsCancellationRequested)
            {
                if (_database.Write(database => new InsertBatch(database, _clock).Fill(source)) is not { } batch)
                    return;
                confirmed(batch);
            }
            cancellationToken.ThrowIfCancellationRequested();
        }, cancellationToken);

    public async Task<IReadOnlyList<Lease>> LeaseAsync(int max, TimeSpan duration, Func<long, bool> isHeld, CancellationToken cancellationToken)
    {
        for (var poll = 0; ; poll++)
        {
            if (poll == PollsPerQuery && ++_queries % QueriesPerFileCheck == 1)
                EnsureStillThere();
            if (poll % PollsPerQuery == 0 || HasChanged())
            {
                var leases = _leases.Take(max, duration, isHeld);
                if (leases.Count > 0 || poll >= PollsPerQuery)
                    return leases;
            }
            await Task.Delay(PollInterval, _clock, cancellationToken);
        }
    }

    public Task<bool> CountAttemptAsync(Lease suspect) => Task.FromResult(_leases.CountAttempt(suspect));

    public Task<bool[]> AcknowledgeAsync(IReadOnlyList<Lease> leases) =>
        Task.FromResult(_leases.Remove(leases));

    public Renewal[] Renew(IReadOnlyList<Lease> leases, TimeSpan duration) =>
        Array.ConvertAll(_renewals.Extend(leases, duration), isHeld => isHeld ? Renewal.Held : Renewal.Lost);

    public Task<bool[]> GiveBackAsync(IReadOnlyList<Lease> leases, TimeSpan delay, bool refund) =>
        Task.FromResult(_leases.GiveBack(leases, delay, refund));

    public Task<bool> SplitAsync(Lease lease, GroupRest rest) => Task.FromResult(_leases.Split(lease, rest));

    public Task<bool> ParkAsync(Lease lease, string reason, int attempts) =>
        Task.FromResult(_parked.Add(lease, reason, attempts, _clock.GetUtcNow()));

    public bool CountsRows => true;

    public Task<QueueCounts> CountAsync(CancellationToken cancellationToken) => Task.FromResult(_leases.Count());

    public Task<IReadOnlyDictionary<string, QueueCounts>?> CountByRunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, QueueCounts>?>(_runs.Count());

    public Task<DelayedTasks> CountDelayedAsync(CancellationToken cancellationToken) => Task.FromResult(_runs.CountDelayed());

    public Task<MessageState> FindAsync(string task, string id, CancellationToken cancellationToken) => Task.FromResult(_runs.Find(task, id));

    public Task<long> RemoveRunAsync(string run, bool withParked, CancellationToken cancellationToken)
    {
        var removed = withParked ? _runs.RemoveParked(run) : 0L;
        var (first, last) = _runs.Range();
        // Renewals of leases get their turn in between.
        for (var after = first - 1; after < last; after += RowsPerChange)
        {
            removed += _runs.Remove(run, after, Math.Min(after + RowsPerChange, last));
            cancellationToken.ThrowIfCancellationRequested();
        }
        return Task.FromResult(removed);
    }

    public async IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var task in ReadParked(withBodies: false, cancellationToken).SelectMany(batch => batch))
            yield return new ParkedMessage(task.Key, task.Parking);
    }

    public async Task RequeueAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken)
    {
        foreach (var batch in ReadParked(withBodies: true, cancellationToken))
            await requeued(_parked.PutBack([.. batch.Where(task => selected(task.Key))]));
    }

    public Task<IQueueOutlet> OpenOutletAsync(bool parked, CancellationToken cancellationToken) =>
        Task.FromResult<IQueueOutlet>(new FileOutlet(_leases, parked ? _parked : null));

    public Task AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken) =>
        Task.FromResult(_parked.Add(messages));

    public Task<long> ReleaseAsync(CancellationToken cancellationToken) => Task.FromResult(_leases.ReleaseAll());

    public Task<long> PurgeAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        var removed = 0L;
        foreach (var (table, rows) in ((string, string)[])[("tasks", "rows"), ("parked", "1")])
        {
            // What comes later stays.
            var last = _database.Read(database => database.Prepare($"SELECT max(sequence) FROM {table}").Scalar());
            var batch = $"DELETE FROM {table} WHERE sequence IN (SELECT sequence FROM {table} WHERE sequence <= ?1 ORDER BY sequence LIMIT {RowsPerChange}) RETURNING {rows}";
            while (_database.Write(database => database.Prepare(batch).Bind(1, last).Sum()) is > 0 and var gone)
            {
                progress(removed += gone);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return Task.FromResult(removed);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        foreach (var file in new[] { _path, _path + "-wal", _path + "-shm" })
            File.Delete(file);
    }

    public ValueTask DisposeAsync()
    {
        _renewalDatabase.Dispose();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<IReadOnlyList<ParkedTask>> ReadParked(bool withBodies, CancellationToken cancellationToken)
    {
        for (var last = long.MinValue; _parked.Read(last, RowsPerChange, withBodies) is { Count: > 0 } batch; last = batch[^1].Sequence)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return batch;
        }
    }

    private bool HasChanged() => _changes != (_changes = _database.ChangeCounter());

    private void EnsureStillThere()
    {
        if (!File.Exists(_path) || QueueFile.ReadIdentity(_path) != _identity)
            throw new TaskQueueException(
                ExitCode.Unavailable, "The queue file was deleted or replaced.", FileErrors.Where(_path),
                "Insert again: finished rows are skipped.");
    }
}
