using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.History;

/// <summary>Follows what the records of one run tell about its course: each line of a journal is read once, and no row is kept.</summary>
/// <remarks>
/// Memory: 20 bytes for each done row (to take each id once), and what is bounded. One call of <see cref="RefreshAsync"/>
/// at a time; <see cref="Look"/> at any time, from any thread.
/// </remarks>
/// <param name="records">Where they are.</param>
/// <param name="run">Which run.</param>
/// <param name="clock">Tells how old the records of workers are.</param>
internal sealed class RunHistory(RecordStore records, RunRecord run, TimeProvider clock)
{
    /// <summary>Workers that have a lane of their own.</summary>
    public const int MostLanes = 200;

    private readonly JournalReader _journals = new(records.Store, JournalNames.Folder(run.Task, run.Run));
    private readonly DoneTally _done = new(run.Started, clock);
    private readonly FailedRows _failed = new(records, run);
    private readonly WorkerRecords _workers = new(records, run, clock);
    private readonly Lock _turn = new();
    private bool _isLayoutKnown;

    /// <summary>As of the last refresh.</summary>
    private (IReadOnlyCollection<FailedRow> Failed, long Unread, IReadOnlyDictionary<string, WorkerRecord> Workers) _others =
        ([], 0, new Dictionary<string, WorkerRecord>());

    /// <summary>
    /// Reads what is new: lists the journals, the failed records and the workers; reads new lines, new failed records, and
    /// the records of workers that have not left. After an exception it may be called again.
    /// </summary>
    /// <exception cref="Contracts.TaskQueueException">The store refuses (69, 74, 77, 78).</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        if (!_isLayoutKnown)
            await RecordLayout.CheckAsync(records.Store, cancellationToken);
        _isLayoutKnown = true;
        await _journals.ReadNewAsync(Add, cancellationToken);
        await _failed.RefreshAsync(cancellationToken);
        await _workers.RefreshAsync(cancellationToken);
        lock (_turn)
            _others = ([.. _failed.All], _failed.Unread, new Dictionary<string, WorkerRecord>(_workers.OfRun));
    }

    /// <summary>What is known as of the last refresh; empty before the first.</summary>
    /// <param name="bins">Pieces of time, at most; 1 to <see cref="TimeBins.Most"/>.</param>
    /// <param name="lanes">Workers that have a lane of their own, at most.</param>
    public RunCourse Look(int bins = TimeBins.Most, int lanes = MostLanes)
    {
        lock (_turn)
        {
            var course = new CourseReader(run, _done, _others.Failed, _others.Workers, clock.GetUtcNow())
                .Look(Math.Clamp(bins, 1, TimeBins.Most), lanes, _journals.Damaged, _others.Unread);
            return course with { Limits = RunLimits.Explain(course) };
        }
    }

    private void Add(string segment, ReadOnlySpan<byte> line)
    {
        lock (_turn)
            _done.Add(line);
    }
}
