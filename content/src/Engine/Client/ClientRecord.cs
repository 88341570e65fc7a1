using TaskQueue.Queues;
using TaskQueue.Records.Runs;

namespace TaskQueue.Client;

/// <summary>The record of a client's run: written before the first message, and again as its numbers grow.</summary>
/// <param name="record">With no numbers yet.</param>
/// <param name="runs">Where it is written.</param>
internal sealed class ClientRecord(RunRecord record, RunRecords runs)
{
    private readonly Lock _turn = new();
    private RunRecord _record = record;
    private bool _isChanged;

    public string Name => _record.Run;

    /// <summary>How many values go into one message at most.</summary>
    public int GroupSize => _record.GroupSize;

    /// <summary>Whether it was written, as it is when anything may be queued.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>Whether a worker is at a row for another run.</summary>
    public bool HasRowsElsewhere => _record.InOtherRuns > 0;

    /// <summary>Counts values that were done before.</summary>
    public void AddDone(int values) => Change(old => old with { Rows = old.Rows + values, Finished = old.Finished + values });

    /// <summary>Counts values that will be queued.</summary>
    public void AddSelected(int values) => Change(old => old with { Rows = old.Rows + values, Selected = old.Selected + values });

    /// <summary>Counts values that are queued.</summary>
    public void AddQueued(InsertedBatch batch) => Change(old => old with
    {
        Queued = old.Queued + batch.Queued,
        AlreadyQueued = old.AlreadyQueued + batch.AlreadyQueued,
        InOtherRuns = old.InOtherRuns + batch.InOtherRuns,
    });

    /// <summary>Writes it, unless that was done: every reader of a message finds its run.</summary>
    public Task WriteFirstAsync(CancellationToken cancellationToken) => IsWritten ? Task.CompletedTask : WriteAsync(cancellationToken);

    public Task WriteIfChangedAsync(CancellationToken cancellationToken) =>
        IsWritten && _isChanged ? WriteAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Writes that no more values come.</summary>
    public Task EndAsync(DateTimeOffset now)
    {
        Change(old => old with { Ended = now });
        return WriteIfChangedAsync(CancellationToken.None);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        RunRecord record;
        lock (_turn)
            (record, _isChanged) = (_record, false);
        try
        {
            await runs.WriteAsync(record, cancellationToken);
            IsWritten = true;
        }
        catch
        {
            _isChanged = true;
            throw;
        }
    }

    private void Change(Func<RunRecord, RunRecord> change)
    {
        lock (_turn)
            (_record, _isChanged) = (change(_record), true);
    }
}
