using TaskQueue.Collections;
using TaskQueue.Storage;

namespace TaskQueue.Records.Journals;

/// <summary>Counts the rows of a run that are done: as the workers say, and by reading what they have written since.</summary>
/// <remarks>
/// Lines are counted. A row that two workers have finished, since one lost its lease while it could not tell, counts
/// twice, unless both lines are among those that are read.
/// </remarks>
internal sealed class JournalCounter
{
    private readonly IObjectStore _store;
    private readonly string _task;
    private readonly string? _run;
    private readonly JournalReader _reader;
    private readonly FingerprintSet _read = new();

    /// <summary>By name.</summary>
    private readonly Dictionary<string, Journal> _journals = [];

    /// <param name="store">Where the journals are.</param>
    /// <param name="task">Whose.</param>
    /// <param name="run">Which run; null for what is of none.</param>
    /// <param name="workers">The records of all that may have written to them.</param>
    public JournalCounter(IObjectStore store, string task, string? run, IEnumerable<WorkerRecord> workers)
    {
        (_store, _task, _run) = (store, task, run);
        _reader = new JournalReader(store, JournalNames.Folder(task, run), KnownOf);
        foreach (var worker in workers)
            foreach (var count in worker.Journals.Where(count => count.Task == task && count.Run == run))
                _journals[JournalNames.Journal(task, run, worker.Worker)] = new Journal(count);
    }

    /// <summary>Lines that were passed over because they are not whole.</summary>
    public long Damaged => _reader.Damaged;

    /// <summary>Lines with a result.</summary>
    public long Rows => _journals.Values.Sum(journal => journal.Rows);

    /// <summary>Lines of rows that were found done before.</summary>
    public long Before => _journals.Values.Sum(journal => journal.Before);

    /// <exception cref="Contracts.TaskQueueException">The store refuses (69, 74, 77, 78).</exception>
    public Task ReadAsync(CancellationToken cancellationToken) => _reader.ReadNewAsync(Add, cancellationToken);

    /// <summary>The record of a worker with what was read just now, so that it need not be read again once the worker is dead.</summary>
    /// <returns>Null when nothing of it was read.</returns>
    public WorkerRecord? Complete(WorkerRecord worker)
    {
        var name = JournalNames.Journal(_task, _run, worker.Worker);
        if (!_journals.TryGetValue(name, out var journal) || !journal.IsRead)
            return null;
        var counted = journal.Counted(_reader.ReadTo(JournalNames.Segment(name, journal.Last)));
        return worker with { Journals = [.. worker.Journals.Where(count => count.Task != _task || count.Run != _run), counted] };
    }

    private void Add(string segment, ReadOnlySpan<byte> line)
    {
        var name = JournalNames.Split(segment, out var number);
        if (!_journals.TryGetValue(name, out var journal))
            _journals[name] = journal = new Journal(new JournalCount { Task = _task, Run = _run });
        var hasResult = JournalLine.TryReadId(line, out var id);
        var isNew = !hasResult || _read.Add(id);
        journal.Read(number, rows: hasResult && isNew ? 1 : 0, before: hasResult ? 0 : 1);
    }

    /// <summary>How much of a segment is counted.</summary>
    private long KnownOf(string segment) =>
        _journals.TryGetValue(JournalNames.Split(segment, out var number), out var journal) ? journal.KnownOf(number, _store.CanAppend) : 0;

    /// <summary>What one worker has written for the run.</summary>
    /// <param name="count">As it says.</param>
    private sealed class Journal(JournalCount count)
    {
        private long _rows;
        private long _before;
        private bool _isMerged;

        /// <summary>The last segment of which something is known.</summary>
        public int Last { get; private set; } = count.Segment;

        public bool IsRead { get; private set; }

        // Lines that were merged after their worker had counted some of the parts were read again.
        public long Rows => count.Rows + _rows - (_isMerged ? count.MergedRows : 0);

        public long Before => count.Before + _before - (_isMerged ? count.MergedBefore : 0);

        public void Read(int segment, int rows, int before)
        {
            IsRead = true;
            Last = Math.Max(Last, segment);
            _rows += rows;
            _before += before;
            _isMerged |= segment == count.Merged;
        }

        public long KnownOf(int segment, bool canAppend)
        {
            if (segment > count.Segment || segment == count.Merged)
                return 0;
            return segment == count.Segment && canAppend ? count.Bytes : long.MaxValue;
        }

        public JournalCount Counted(long bytes) =>
            count with { Rows = Rows, Before = Before, Segment = Last, Bytes = bytes, Merged = 0, MergedRows = 0, MergedBefore = 0 };
    }
}
