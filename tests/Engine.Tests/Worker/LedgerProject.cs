using System.Text;
using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Reports.Runs;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Folder;
using TaskQueue.Tables;
using TaskQueue.Tests.Queues;

namespace TaskQueue.Tests.Worker;

/// <summary>A project of the ledger program: its settings, its queue, its workers, and what they left behind.</summary>
internal sealed class LedgerProject : IDisposable
{
    public const string TaskName = "ledger";

    /// <summary>Does the same under another name.</summary>
    public const string OtherTaskName = "other-ledger";

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
    }

    public RecordStore Records => new(OtherStore ?? new FolderStore(_folder["output"]));

    /// <summary>The store that the settings name, when it is not the folder.</summary>
    public IObjectStore? OtherStore { get; init; }

    /// <summary>The program of its workers, when it is not the ledger program.</summary>
    public string? Program { get; init; }

    /// <summary>Opens the queue that the settings name, when it is not the file.</summary>
    public Func<ITaskQueue>? OtherQueue { get; init; }

    public string this[string name] => _folder[name];

    /// <summary>Queues rows in groups, as a program in any language does.</summary>
    public async Task InsertGroupsAsync(IEnumerable<LedgerRow> rows, int groupSize, bool isRepeat = false, string? run = null)
    {
        await using var queue = OpenQueue();
        await queue.InsertAsync(rows.Chunk(groupSize).Select(group => GroupOf(JsonSerializer.SerializeToUtf8Bytes(new
        {
            v = 2,
            id = group[0].Id,
            task = TaskName,
            run,
            repeat = isRepeat,
            rows = group.Select(row => new { id = row.Id, parameters = new { id = row.Id, act = row.Act, milliseconds = row.Milliseconds } }),
        }), group[0].Id, run)), _ => { }, TestContext.Current.CancellationToken);
    }

    public static QueuedMessage GroupOf(byte[] body, string id, string? run = null) =>
        new(TaskName, Encoding.UTF8.GetBytes(id), body, run) { Rows = TaskMessage.TryRead(body)!.RowCount };

    /// <summary>Queues one task for each row.</summary>
    public async Task InsertAsync(IEnumerable<LedgerRow> rows, bool isRepeat = false, string? run = null, string? build = null, string task = TaskName)
    {
        await using var queue = OpenQueue();
        await queue.InsertAsync(
            rows.Select(row => new QueuedMessage(task, JsonEncodedText.Encode(row.Id).EncodedUtf8Bytes.ToArray(), JsonSerializer.SerializeToUtf8Bytes(new
            {
                v = 1,
                id = row.Id,
                task,
                run,
                build,
                repeat = isRepeat,
                parameters = new { id = row.Id, act = row.Act, milliseconds = row.Milliseconds },
            }), run)),
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
        await Records.ReadDoneAsync(TaskName, cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    public async Task<List<FailedRecord>> FailedAsync() =>
        await Records.Failed.ReadAsync(TaskName, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Asks the verb that shows results for its rows.</summary>
    /// <returns>Their ids, in the order of its lines.</returns>
    public async Task<List<string>> ResultIdsAsync()
    {
        using var results = new WorkerProcess(_folder.Path, [], ["--output", _folder["results.jsonl"]], verb: "results");
        Assert.Equal(0, await results.WaitAsync());
        return [.. File.ReadLines(_folder["results.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!)];
    }

    /// <summary>What is in the store, as text: in a folder every file, unfinished ones included.</summary>
    public async Task<List<string>> ReadStoreAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var texts = new List<string>();
        if (OtherStore is null)
            foreach (var file in Directory.EnumerateFiles(_folder["output"], "*", SearchOption.AllDirectories))
                texts.Add(await File.ReadAllTextAsync(file, stop));
        else
            await foreach (var name in OtherStore.ListAsync("", stop))
                texts.Add(Encoding.UTF8.GetString(await OtherStore.ReadAsync(name, stop)));
        return texts;
    }

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
        using var inserter = new WorkerProcess(_folder.Path, wrapper, ["--task", TaskName], failAt, "insert-tasks");
        return await inserter.WaitAsync();
    }

    /// <summary>Runs insert-tasks on a table of rows, as a run with a name.</summary>
    /// <param name="run">The name.</param>
    /// <param name="rows">The table.</param>
    /// <param name="options">More options.</param>
    /// <returns>The exit code, and what it said on standard error.</returns>
    public async Task<(int Code, string Error)> InsertRunAsync(string run, IEnumerable<LedgerRow> rows, params string[] options)
    {
        WriteTable(rows);
        using var inserter = new WorkerProcess(
            _folder.Path, [], [.. options.Contains("--task") ? [] : (string[])["--task", TaskName], "--run", run, .. options], verb: "insert-tasks");
        return (await inserter.WaitAsync(), await inserter.ErrorAsync());
    }

    /// <summary>Runs insert-tasks as a run with a name, and kills it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunDoomedInserterAsync(string run, IEnumerable<LedgerRow> rows, string failAt)
    {
        WriteTable(rows);
        using var inserter = new WorkerProcess(_folder.Path, [], ["--task", TaskName, "--run", run], failAt, "insert-tasks");
        return await inserter.WaitAsync();
    }

    /// <summary>Starts a verb whose answer is wanted.</summary>
    public WorkerProcess StartVerb(string verb, params string[] options) => new(_folder.Path, [], options, verb: verb, isAnswerWanted: true, program: Program);

    /// <summary>Starts insert-tasks on a table of rows; its answer is wanted.</summary>
    public WorkerProcess StartInsert(IEnumerable<LedgerRow> rows, params string[] options)
    {
        WriteTable(rows);
        return StartVerb("insert-tasks", ["--task", TaskName, .. options]);
    }

    /// <summary>Starts the verb run on a table of rows; its answer is wanted.</summary>
    public WorkerProcess StartRun(IEnumerable<LedgerRow> rows, string[] wrapper, params string[] options)
    {
        WriteTable(rows);
        return new WorkerProcess(_folder.Path, wrapper, options, verb: "run", isAnswerWanted: true);
    }

    /// <summary>Runs a verb that is to succeed.</summary>
    public async Task RunVerbAsync(string verb, params string[] options)
    {
        using var program = new WorkerProcess(_folder.Path, [], options, verb: verb);
        if (await program.WaitAsync() is not 0 and var code)
            Assert.Fail($"{verb} ended with {code}.\n{await program.ErrorAsync()}");
    }

    /// <summary>Counts the rows of a run, as status does.</summary>
    public async Task<RunCounts> CountRunAsync(string run)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var queue = OpenQueue();
        var settings = SettingsLoader.Load(_folder.Path, null).Settings;
        var counter = await RunCounter.OpenAsync(settings, Records, queue, TimeProvider.System, stop);
        return await counter.CountAsync(await Records.Runs.GetAsync(run, stop), parked: null, stop);
    }

    /// <summary>Runs insert-tasks, which is to be refused.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> InserterErrorAsync(IEnumerable<LedgerRow> rows, ExitCode expected, params string[] wrapper)
    {
        WriteTable(rows);
        using var inserter = new WorkerProcess(_folder.Path, wrapper, ["--task", TaskName], verb: "insert-tasks");
        Assert.Equal((int)expected, await inserter.WaitAsync());
        return await inserter.ErrorAsync();
    }

    /// <summary>What every process logged so far; only of those that have ended.</summary>
    public async Task<string> ErrorsAsync() => string.Concat(await Task.WhenAll(_workers.Select(worker => worker.ErrorAsync())));

    private string RecordsFolder => _folder["output/.dltaskqueue"];

    private void WriteTable(IEnumerable<LedgerRow> rows)
    {
        var hasKeys = rows.Any(row => row.Key is not null);
        using var file = File.Create(_folder["tasks.feather"]);
        var writer = new FeatherWriter(
            file, [new("id", ColumnKind.Text), new("act", ColumnKind.Text), new("milliseconds", ColumnKind.Integer), .. hasKeys ? (FeatherColumn[])[new("key", ColumnKind.Text)] : []]);
        foreach (var row in rows)
        {
            writer.Add(0, Encoding.UTF8.GetBytes(row.Id));
            writer.Add(1, Encoding.UTF8.GetBytes(row.Act));
            writer.Add(2, (long)row.Milliseconds);
            if (hasKeys)
                writer.Add(3, Encoding.UTF8.GetBytes(row.Key ?? ""));
            writer.EndRow();
        }

        writer.Complete();
    }

    /// <summary>Starts a worker by another program, such as nohup.</summary>
    public WorkerProcess StartThrough(string[] wrapper, string[] options, string? failAt = null)
    {
        var worker = new WorkerProcess(_folder.Path, wrapper, options, failAt, program: Program);
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
