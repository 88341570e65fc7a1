using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Storage.Folder;
using TaskQueue.Tables;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Worker;

/// <summary>A project of the ledger program: its settings, its queue, its workers, and what they left behind.</summary>
internal sealed class LedgerProject : IDisposable
{
    public const string TaskName = "ledger";

    private const int MostWorkers = 40;

    /// <summary>The exit code of a process that SIGKILL ended.</summary>
    private const int Killed = 137;

    private readonly TemporaryFolder _folder = new();
    private readonly List<WorkerProcess> _workers = [];
    private readonly List<string> _refused = [];

    /// <summary>A secret that nobody may ever read anywhere else.</summary>
    public string Canary { get; } = $"canary-{Guid.NewGuid():n}";

    /// <param name="settings">Lines of task.env.</param>
    public LedgerProject(params string[] settings)
    {
        Directory.CreateDirectory(_folder["config"]);
        Directory.CreateDirectory(_folder["ledgers"]);
        Directory.CreateDirectory(_folder["away"]);
        File.WriteAllLines(_folder["config/task.env"], [$"LEDGER={_folder["ledgers"]}", .. settings]);
        File.WriteAllText(_folder["config/secret.env"], $"API_TOKEN={Canary}\n");
        File.SetUnixFileMode(_folder["config/secret.env"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Records = new RecordStore(new FolderStore(_folder["output"]));
    }

    public RecordStore Records { get; }

    /// <summary>Opens the queue that the settings name, when it is not the file.</summary>
    public Func<ITaskQueue>? OtherQueue { get; init; }

    public string this[string name] => _folder[name];

    /// <summary>Queues one task for each row.</summary>
    public async Task InsertAsync(IEnumerable<LedgerRow> rows, bool isRepeat = false)
    {
        await using var queue = OpenQueue();
        await queue.InsertAsync(
            rows.Select(row => new QueuedMessage(TaskName, JsonEncodedText.Encode(row.Id).EncodedUtf8Bytes.ToArray(), JsonSerializer.SerializeToUtf8Bytes(new
            {
                v = 1,
                id = row.Id,
                task = TaskName,
                repeat = isRepeat,
                parameters = new { id = row.Id, act = row.Act, milliseconds = row.Milliseconds },
            }))),
            _ => { }, TestContext.Current.CancellationToken);
    }

    public WorkerProcess StartWorker(params string[] options) => StartThrough([], options);

    /// <summary>Starts a worker that kills itself at a moment that its FailPoints know.</summary>
    public WorkerProcess StartDoomedWorker(string failAt) => StartThrough([], [], failAt);

    /// <summary>Starts a worker for which one setting differs.</summary>
    public WorkerProcess StartWorkerWith(string setting, params string[] options) => StartThrough(["env", setting], options);

    public WorkerProcess StartWorkerOnOneCore(params string[] options) => StartThrough(["taskset", "--cpu-list", "0"], options);

    /// <summary>Starts workers one after the other until one has seen the queue empty.</summary>
    /// <returns>How many were started.</returns>
    public async Task<int> WorkOffAsync(params string[] options)
    {
        for (var started = 1; started <= MostWorkers; started++)
        {
            var worker = StartWorker(["--exit-when-empty", .. options]);
            var code = await worker.WaitAsync();
            if (code == 0)
                return started;
            if (code != Killed)
                Assert.Fail($"A worker ended with {code}.\n{await worker.ErrorAsync()}");
        }
        Assert.Fail($"{MostWorkers} workers have not emptied the queue.");
        return 0;
    }

    public ITaskQueue OpenQueue() => OtherQueue?.Invoke() ?? QueueKinds.Open("fq://queue", _folder.Path);

    public async Task<QueueCounts> CountAsync()
    {
        await using var queue = OpenQueue();
        return await queue.CountAsync(TestContext.Current.CancellationToken);
    }

    public async Task AssertCountsAsync(QueueCounts expected)
    {
        await using var queue = OpenQueue();
        await queue.AssertCountsAsync(expected);
    }

    /// <summary>The lines of all ledgers; the last of a process that was killed may be cut, and is left out.</summary>
    public IEnumerable<LedgerLine> ReadLedgers() => Directory.EnumerateFiles(_folder["ledgers"]).SelectMany(LedgerLine.ReadFile);

    /// <summary>Ids of the tasks that were started, repeats included.</summary>
    public IEnumerable<string> Starts() => ReadLedgers().Where(line => line.Act == "start").Select(line => line.Id);

    public async Task<List<DoneRecord>> DoneAsync() =>
        await Records.ReadDoneAsync(TaskName, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    public async Task<List<FailedRecord>> FailedAsync() =>
        await Records.ReadFailedAsync(TaskName, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Makes the store refuse every record, as a folder does whose disk was taken away.</summary>
    public void RefuseRecords()
    {
        while (!File.Exists(RecordsFolder))
        {
            try
            {
                Directory.CreateDirectory(RecordsFolder);
                Directory.Move(RecordsFolder, _folder[$"away/{_refused.Count}"]);
                _refused.Add(_folder[$"away/{_refused.Count}"]);
                using (new FileStream(RecordsFolder, FileMode.CreateNew)) { }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A worker made the folder once more in between.
            }
        }
    }

    /// <summary>Brings back what was there before.</summary>
    public void AllowRecords()
    {
        File.Delete(RecordsFolder);
        foreach (var away in _refused)
            foreach (var file in Directory.EnumerateFiles(away, "*", SearchOption.AllDirectories))
            {
                var place = Path.Join(RecordsFolder, Path.GetRelativePath(away, file));
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.Move(file, place, overwrite: true);
            }
    }

    /// <summary>Runs insert-tasks on a table of rows.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="failAt">When it kills itself; null for never.</param>
    /// <param name="wrapper">A program that starts it, such as unshare, and its arguments.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunInserterAsync(IEnumerable<LedgerRow> rows, string? failAt, params string[] wrapper)
    {
        WriteTable(rows);
        using var inserter = new WorkerProcess(_folder.Path, wrapper, [], failAt, "insert-tasks");
        return await inserter.WaitAsync();
    }

    /// <summary>Runs insert-tasks, which is to be refused.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> InserterErrorAsync(IEnumerable<LedgerRow> rows, ExitCode expected, params string[] wrapper)
    {
        WriteTable(rows);
        using var inserter = new WorkerProcess(_folder.Path, wrapper, [], verb: "insert-tasks");
        Assert.Equal((int)expected, await inserter.WaitAsync());
        return await inserter.ErrorAsync();
    }

    /// <summary>What every process logged so far; only of those that have ended.</summary>
    public async Task<string> ErrorsAsync() => string.Concat(await Task.WhenAll(_workers.Select(worker => worker.ErrorAsync())));

    private string RecordsFolder => _folder["output/.dltaskqueue"];

    private void WriteTable(IEnumerable<LedgerRow> rows)
    {
        using var file = File.Create(_folder["tasks.feather"]);
        var writer = new FeatherWriter(
            file, [new("id", ColumnKind.Text), new("act", ColumnKind.Text), new("milliseconds", ColumnKind.Integer)]);
        foreach (var row in rows)
        {
            writer.Add(0, Encoding.UTF8.GetBytes(row.Id));
            writer.Add(1, Encoding.UTF8.GetBytes(row.Act));
            writer.Add(2, (long)row.Milliseconds);
            writer.EndRow();
        }

        writer.Complete();
    }

    /// <summary>Starts a worker by another program, such as nohup.</summary>
    public WorkerProcess StartThrough(string[] wrapper, string[] options, string? failAt = null)
    {
        var worker = new WorkerProcess(_folder.Path, wrapper, options, failAt);
        _workers.Add(worker);
        return worker;
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
            worker.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A row of the ledger task.</summary>
internal sealed record LedgerRow(string Id, string Act = "", int Milliseconds = 0)
{
    public static IEnumerable<LedgerRow> Many(int count, string act = "", int milliseconds = 0) =>
        Enumerable.Range(0, count).Select(i => new LedgerRow($"row-{i:D5}", act, milliseconds));
}
