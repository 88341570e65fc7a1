using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Reports.Results;

/// <summary>Gives the rows that a request wants, one by one.</summary>
internal sealed class ResultSource(TaskQueueSettings settings, RecordStore records)
{
    /// <param name="request">Which rows.</param>
    /// <param name="checkedRows">Told how many rows of the table were checked, when those without a record are wanted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<ResultRow> Read(ResultRequest request, Action<long> checkedRows, CancellationToken cancellationToken)
    {
        var rows = ReadRecords(request, cancellationToken);
        if (request is { Missing: { } choice, MissingTask: { } task })
            rows = new ResultMissing(settings, records).AddAsync(
                rows, row => row.State == ResultRow.Done ? request.WithDone : request.WithFailed, task, choice, request.Id, request.OnlyOfTable, checkedRows, cancellationToken);
        rows = request.Values?.FollowAsync(rows, cancellationToken) ?? rows;
        return request.WithLogs ? ResultLogs.AddAsync(records, rows, cancellationToken) : rows;
    }

    /// <summary>Rows that are missing are known by all that are not.</summary>
    private IAsyncEnumerable<ResultRow> ReadRecords(ResultRequest request, CancellationToken cancellationToken)
    {
        var names = request.Tasks.Select(task => task.Name);
        var (withDone, withFailed) = (request.WithDone || request.Missing is not null, request.WithFailed || request.Missing is not null);
        if (request is { Follower: { } follower, Run: { } run })
            return follower.ReadAsync(run, request.WithDone, request.WithFailed, cancellationToken);
        return request is { Id: { } id, Missing: null }
            ? ResultRow.FindAsync(records, id, names, request.Run?.Run, withDone, withFailed, cancellationToken)
            : ResultRow.ReadAsync(records, names, request.Run?.Run, withDone, withFailed, cancellationToken)
                .Where(row => request.Id is null || row.Id == request.Id);
    }
}
