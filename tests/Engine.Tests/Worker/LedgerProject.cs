using System.Text.Json;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Storage.Folder;

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

    /// <param name="settings">Lines of task.env.</param>
    public LedgerProject(params string[] settings)
    {
        Directory.CreateDirectory(_folder["config"]);
        Directory.CreateDirectory(_folder["ledgers"]);
        File.WriteAllLines(_folder["config/task.env"], [$"LEDGER={_folder["ledgers"]}", .. settings]);
        Records = new RecordStore(new FolderStore(_folder["output"]));
    }

    public RecordStore Records { get; }

    /// <summary>Opens the queue that the settings name, when it is not the file.</summary>
    public Func<ILeaseQueue>? OtherQueue { get; init; }

    public string this[string name] => _folder[name];

    /// <summary>Queues one task for each row.</summary>
    public async Task InsertAsync(IEnumerable<LedgerRow> rows)
    {
        await using var queue = OpenQueue();
        await queue.InsertAsync(
            rows.Select(row => new QueuedMessage(TaskName, JsonEncodedText.Encode(row.Id).EncodedUtf8Bytes.ToArray(), JsonSerializer.SerializeToUtf8Bytes(new
            {
                v = 1,
                id = row.Id,
                task = TaskName,
                parameters = new { id = row.Id, act = row.Act, milliseconds = row.Milliseconds },
            }))),
            new Progress<InsertedBatch>(), TestContext.Current.CancellationToken);
    }

    public WorkerProcess StartWorker(params string[] options) => StartThrough([], options);

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

    public ILeaseQueue OpenQueue() => OtherQueue?.Invoke() ?? (ILeaseQueue)QueueKinds.Open("fq://queue", _folder.Path);

    public async Task<QueueCounts> CountAsync()
    {
        await using var queue = OpenQueue();
        return await queue.CountAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The lines of all ledgers: "start ID ATTEMPT" and "done ID ATTEMPT".</summary>
    public IEnumerable<string> ReadLedgers() => Directory.EnumerateFiles(_folder["ledgers"]).SelectMany(File.ReadLines);

    /// <summary>Ids in the order in which their tasks were started, repeats included.</summary>
    public IEnumerable<string> Starts() => ReadLedgers().Select(line => line.Split(' ')).Where(words => words[0] == "start").Select(words => words[1]);

    public async Task<List<DoneRecord>> DoneAsync() =>
        await Records.ReadDoneAsync(TaskName, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    public async Task<List<FailedRecord>> FailedAsync() =>
        await Records.ReadFailedAsync(TaskName, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    private WorkerProcess StartThrough(string[] wrapper, string[] options)
    {
        var worker = new WorkerProcess(_folder.Path, wrapper, options);
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
