using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>
/// Writes what one worker has done, in groups: the lines that are ready are made durable together, and the next group
/// gathers meanwhile. So groups grow under load, and a lone line does not wait.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="worker">A name that no other process ever has.</param>
/// <param name="groupRows">So many lines are not kept waiting for more, where a group gathers for a time.</param>
/// <param name="clock">Measures that time.</param>
public sealed class JournalWriter(IObjectStore store, string worker, int groupRows, TimeProvider clock)
{
    /// <summary>What waits at the most, beyond what was let in at the same moment.</summary>
    internal const int MostRows = 2000;
    private const long MostBytes = 64L << 20;

    private const int MostRuns = 64;

    /// <summary>How long after a write the next group gathers at the most: in a bucket each costs a request, in a folder a sync.</summary>
    private readonly TimeSpan _gather = TimeSpan.FromMilliseconds(store.CanAppend ? 5 : 100);

    private readonly string _workerKey = TaskKey.Of(worker);
    private readonly Lock _turn = new();

    /// <summary>By folder, the one that was written to last at the end.</summary>
    private readonly OrderedDictionary<string, RunJournal> _runs = [];
    private readonly JournalCounts _counts = new();
    private (string Task, string? Run, string Folder) _last = ("", null, "");
    private List<Line> _next = [];
    private long _nextBytes;
    private TaskCompletionSource _isFull = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private Task _writing = Task.CompletedTask;
    private int _rows;
    private long _bytes;
    private long? _lastWrite;
    private int _segments;

    /// <summary>Ends when another line may be added: who does not wait for it only makes the memory fuller.</summary>
    public Task WhenRoom
    {
        get
        {
            lock (_turn)
                return HasRoom
                    ? Task.CompletedTask
                    : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>What is durable of each run, those that are closed included.</summary>
    public IReadOnlyList<JournalCount> Counts => _counts.All;

    private bool HasRoom => _rows < MostRows && _bytes < MostBytes;

    /// <summary>Adds what a row left behind to the journal of its run.</summary>
    /// <returns>Ends when it is durable, or with what the store threw: then it may be added again.</returns>
    public Task AddAsync(DoneRecord record) => AddAsync(record.Task, record.Run, JournalLine.Of(record, RecordJson.Instance.DoneRecord), hasResult: true);

    /// <summary>Adds that a row was found done to the journal of the run that asked for it.</summary>
    /// <inheritdoc cref="AddAsync(DoneRecord)"/>
    internal Task AddAsync(DoneBefore line) => AddAsync(line.Task, line.Run, JournalLine.Of(line, RecordJson.Instance.DoneBefore), hasResult: false);

    internal Task AddAsync(string task, string? run, byte[] line, bool hasResult)
    {
        Line added;
        lock (_turn)
        {
            // Nearly always the one of the line before.
            if (_last.Task != task || _last.Run != run)
                _last = (task, run, JournalNames.Folder(task, run));
            added = new Line(task, run, _last.Folder, line, hasResult);
            _next.Add(added);
            _rows++;
            _bytes += line.Length;
            _nextBytes += line.Length;
            if (_next.Count >= groupRows || _next.Count >= RunJournal.MergedRows || _nextBytes >= RunJournal.MergedBytes)
                _isFull.TrySetResult();
            if (_writing.IsCompleted)
                _writing = Task.Run(WriteAllAsync);
        }
        return added.Written.Task;
    }

    /// <summary>Writes what is left, and merges small objects.</summary>
    public async Task CompleteAsync()
    {
        await _writing;
        foreach (var (folder, run) in _runs)
            await CloseAsync(folder, run);
        _runs.Clear();
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            await GatherAsync();
            List<Line> group;
            lock (_turn)
            {
                (group, _next, _nextBytes) = (_next, [], 0);
                _isFull = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            foreach (var folders in group.GroupBy(line => line.Folder).Chunk(MostRuns))
                await WriteAsync(folders);
            lock (_turn)
            {
                _lastWrite = clock.GetTimestamp();
                _rows -= group.Count;
                _bytes -= group.Sum(line => (long)line.Bytes.Length);
                if (HasRoom)
                {
                    _room?.SetResult();
                    _room = null;
                }
                if (_next.Count > 0)
                    continue;
                _writing = Task.CompletedTask;
                return;
            }
        }
    }

    private async Task GatherAsync()
    {
        if (_lastWrite is not { } last || _gather - clock.GetElapsedTime(last) is not { Ticks: > 0 } wait)
            return;

        Task isFull;
        lock (_turn)
            isFull = _isFull.Task;
        await Task.WhenAny(isFull, Task.Delay(wait, clock));
    }

    /// <summary>Never throws: who added a line is told.</summary>
    private async Task WriteAsync(IReadOnlyList<IGrouping<string, Line>> folders)
    {
        try
        {
            var writes = folders.Select(lines => (Run: RunOf(lines.First()), Lines: lines.ToList())).ToList();
            await CloseOldRunsAsync();
            await Task.WhenAll(writes.Select(write => WriteAsync(write.Run, write.Lines)));
        }
        catch (Exception e)
        {
            foreach (var line in folders.SelectMany(lines => lines))
                line.Written.TrySetException(e);
        }
    }

    private async Task WriteAsync(RunJournal run, List<Line> lines)
    {
        try
        {
            await run.WriteAsync(RunJournal.Join([.. lines.Select(line => line.Bytes)]), lines.Count, lines.Count(line => line.HasResult));
            _counts.Keep(lines[0].Folder, run.Counted);
            lines.ForEach(line => line.Written.TrySetResult());
        }
        catch (Exception e)
        {
            lines.ForEach(line => line.Written.TrySetException(e));
        }
    }

    private RunJournal RunOf(Line line)
    {
        if (!_runs.Remove(line.Folder, out var run))
        {
            run = new RunJournal(
                store, number => JournalNames.Segment(line.Folder + _workerKey, number), () => Interlocked.Increment(ref _segments),
                _counts.Find(line.Folder) ?? new JournalCount { Task = line.Task, Run = line.Run });
        }
        _runs.Add(line.Folder, run);
        return run;
    }

    private async Task CloseOldRunsAsync()
    {
        while (_runs.Count > MostRuns)
        {
            var (folder, oldest) = _runs.GetAt(0);
            _runs.RemoveAt(0);
            await CloseAsync(folder, oldest);
        }
    }

    private async Task CloseAsync(string folder, RunJournal run)
    {
        await run.DisposeAsync();
        _counts.Keep(folder, run.Counted);
    }

    private sealed record Line(string Task, string? Run, string Folder, byte[] Bytes, bool HasResult)
    {
        /// <summary>Its waiters go on here, one after the other: there is little to do but to tell the queue.</summary>
        public TaskCompletionSource Written { get; } = new();
    }
}
