using System.Text;
using TaskQueue.Records;
using TaskQueue.Records.Journals;
using TaskQueue.Records.Runs;

namespace TaskQueue.Client;

/// <summary>Finds out which open values have ended: by one listing of the run's journals, and one of its failed records. Not for two calls at once.</summary>
internal sealed class ResultWatch(RecordStore records, DoneResults results, RunRecord run, OpenValues open)
{
    private JournalReader _journals = new(records.Store, JournalNames.Folder(run.Task, run.Run));
    private bool _watchesAll;

    // Kept over an exception: no line is given twice.
    private readonly List<ValueEnd> _ends = [];
    private readonly HashSet<string> _doneElsewhere = [];

    /// <summary>From now on looks into all runs: a worker is at a row for another one.</summary>
    public void WatchAll()
    {
        if (!_watchesAll)
            (_watchesAll, _journals) = (true, new JournalReader(records.Store, JournalNames.Folder(run.Task)));
    }

    /// <summary>Ends the values that have ended since the last call, in the order in which they did.</summary>
    /// <exception cref="Contracts.TaskQueueException">The store refuses; it may be called again.</exception>
    public async Task EndNewAsync(CancellationToken cancellationToken)
    {
        await _journals.ReadNewAsync(Take, cancellationToken);
        if (_doneElsewhere.Count > 0)
        {
            foreach (var record in await results.FindAsync(_doneElsewhere, cancellationToken))
            {
                _doneElsewhere.Remove(record.Id);
                _ends.Add(new ValueEnd(record, WasDone: true));
            }
        }
        // After the journals: a failed record whose row is done counts for nothing.
        var done = _ends.Select(end => TaskKey.Of(end.Record.Id)).ToHashSet();
        var failures = records.Failed.ReadAsync(
            run.Task, _watchesAll ? null : run.Run, key => open.Contains(key) && !done.Contains(key), cancellationToken);
        await foreach (var failed in failures)
            if (failed.Parked && (failed.Run == run.Run || failed.Finished > run.Started))
                _ends.Add(new ValueEnd(failed, WasDone: false));

        for (var i = 0; i < _ends.Count; i++)
            if (_ends[i].Record is DoneRecord { StoredResult: not null } stored)
                _ends[i] = _ends[i] with { Record = await records.Values.FollowAsync(stored, cancellationToken) };
        foreach (var end in _ends.OrderBy(end => end.Record.Finished))
            open.End(end);
        _ends.Clear();
    }

    private void Take(string segment, ReadOnlySpan<byte> line)
    {
        var hasResult = JournalLine.TryReadId(line, out var utf8);
        var id = Encoding.UTF8.GetString(utf8);
        if (!open.Contains(TaskKey.Of(id)))
            return;
        if (hasResult)
            _ends.Add(new ValueEnd(JournalLine.Read(line), WasDone: false));
        else
            _doneElsewhere.Add(id);
    }
}
