using System.Runtime.CompilerServices;
using TaskQueue.Records;

namespace TaskQueue.Reports;

/// <summary>Reads the records of rows, one by one, in no particular order.</summary>
internal sealed class ResultRows(RecordStore records, IReadOnlyCollection<string> tasks)
{
    public async IAsyncEnumerable<ResultRow> ReadAsync(
        bool withDone, bool withFailed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var task in tasks)
        {
            if (withDone)
            {
                await foreach (var record in records.ReadDoneAsync(task, cancellationToken))
                    yield return ResultRow.Of(record);
            }

            if (withFailed)
            {
                await foreach (var record in records.ReadFailedAsync(task, cancellationToken))
                    yield return ResultRow.Of(record);
            }
        }
    }
}
