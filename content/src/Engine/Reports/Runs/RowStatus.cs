using System.Globalization;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.Runs;

/// <summary>Says where one row is.</summary>
internal sealed class RowStatus(ITaskQueue queue, RecordStore records)
{
    /// <param name="id">The row's id.</param>
    /// <param name="run">Which run; null for all.</param>
    /// <param name="tasks">The project's tasks.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A line for each task that knows the row.</returns>
    public async Task<IReadOnlyList<string>> DescribeAsync(string id, RunRecord? run, IReadOnlyList<string> tasks, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var task in run is null ? tasks : [run.Task])
            if (await DescribeAsync(task, id, run, cancellationToken) is { } state)
                lines.Add($"{Printable.Of(id)} of {task}: {state}");
        return lines.Count > 0 ? lines : [$"{Printable.Of(id)}: {Unknown(run)}"];
    }

    private async Task<string?> DescribeAsync(string task, string id, RunRecord? run, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(task, id, cancellationToken) is not (MessageState.Unknown or MessageState.Absent) and var state)
            return state switch
            {
                MessageState.Ready => "queued",
                MessageState.Delayed => $"waits for its next attempt{RowOf(await FindFailedAsync(task, id, run, cancellationToken))}",
                MessageState.Leased => "running",
                _ => $"failed{RowOf(await FindFailedAsync(task, id, run, cancellationToken))} (see: dotnet run logs)",
            };
        if (await records.FindDoneAsync(task, id, run?.Run, cancellationToken) is { } done)
            return $"done at {TimeOf(done.Finished)} in run {done.Run ?? "without a name"} by {done.Worker}{RowOf(done)}";
        return await FindFailedAsync(task, id, run, cancellationToken) switch
        {
            null => null,
            { HasEnded: false } failed => $"running since {TimeOf(failed.Started)} on {failed.Worker}{RowOf(failed)}, unless that worker died",
            { Parked: true } failed => $"failed at {TimeOf(failed.Finished)} in attempt {failed.Attempt}{RowOf(failed)} (see: dotnet run logs)",
            var failed => $"attempt {failed.Attempt} failed at {TimeOf(failed.Finished)}{RowOf(failed)}; another one follows",
        };
    }

    private Task<FailedRecord?> FindFailedAsync(string task, string id, RunRecord? run, CancellationToken cancellationToken) => run is null
        ? records.Failed.FindLastAsync(task, id, cancellationToken)
        : records.Failed.FindAsync(task, run.Run, id, cancellationToken);

    /// <summary>An id may be a hash, which tells nobody which row it is.</summary>
    private static string RowOf(RowRecord? record) => record?.Row is { } row ? $", row {row} of the table" : "";

    private static string Unknown(RunRecord? run) => run is null ? "neither queued nor done" : $"not finished in run {run.Run}";

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
