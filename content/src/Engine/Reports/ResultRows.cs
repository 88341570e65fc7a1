using System.Runtime.CompilerServices;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Reads the records of rows, one by one, in no particular order.</summary>
internal sealed class ResultRows(RecordStore records, IReadOnlyCollection<string> tasks)
{
    public async IAsyncEnumerable<ResultRow> ReadAsync(
        RowState state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            if (state is RowState.Done or RowState.All)
            {
                await foreach (var record in records.ReadDoneAsync(task, cancellationToken))
                    yield return Describe(record);
            }

            if (state is RowState.Failed or RowState.All)
            {
                await foreach (var record in records.ReadFailedAsync(task, cancellationToken))
                    yield return Describe(record);
            }
        }
    }

    private static ResultRow Describe(DoneRecord record) => new()
    {
        State = "done",
        Id = record.Id,
        Task = record.Task,
        Parameters = record.Parameters,
        Result = record.Result,
        Started = record.Started,
        Finished = record.Finished,
        Attempt = record.Attempt,
        Worker = record.Worker,
        Build = record.Build,
        Run = record.Run,
        PeakMemoryBytes = record.PeakMemoryBytes,
    };

    private static ResultRow Describe(FailedRecord record) => new()
    {
        State = record.Parked ? "failed" : "retrying",
        Id = record.Id,
        Task = record.Task,
        Parameters = record.Parameters,
        Exception = record.Exception,
        Message = record.Message,
        Details = record.Details,
        Started = record.Started,
        Finished = record.Finished,
        Attempt = record.Attempt,
        Worker = record.Worker,
        Build = record.Build,
        Run = record.Run,
        PeakMemoryBytes = record.PeakMemoryBytes,
    };
}
