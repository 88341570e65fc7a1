using System.Runtime.CompilerServices;
using TaskQueue.Records;

namespace TaskQueue.Reports.Results;

/// <summary>Adds the logs that are too long for their record, or of rows that failed.</summary>
internal static class ResultLogs
{
    private const int ReadsAtOnce = 32;

    /// <summary>Reads some logs ahead; the rows stay in order.</summary>
    public static async IAsyncEnumerable<ResultRow> AddAsync(
        RecordStore records, IAsyncEnumerable<ResultRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<ResultRow>>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            ahead.Enqueue(Task.Run(() => AddAsync(records, row, cancellationToken), cancellationToken));
            if (ahead.Count == ReadsAtOnce)
                yield return await ahead.Dequeue();
        }

        while (ahead.TryDequeue(out var next))
            yield return await next;
    }

    private static async Task<ResultRow> AddAsync(RecordStore records, ResultRow row, CancellationToken cancellationToken)
    {
        if (row.Log is not null || row.IsMissing)
            return row;
        try
        {
            using var log = new StreamReader(await records.OpenLogAsync(row.Task, row.Run, row.Id, cancellationToken));
            return row with { Log = await log.ReadToEndAsync(cancellationToken) };
        }
        catch (FileNotFoundException)
        {
            return row;
        }
    }
}
