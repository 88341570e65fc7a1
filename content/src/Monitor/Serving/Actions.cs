using TaskQueue.Monitor.Watch;
using TaskQueue.Reports;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Monitor.Serving;

/// <summary>What the page's buttons do: the same as the verbs logs, requeue and cancel.</summary>
internal sealed class Actions(Source source, Poller poller)
{
    private const int MostLines = 2000;

    /// <exception cref="Contracts.TaskQueueException">The row left nothing (65).</exception>
    public async Task<string> ReadLogAsync(string name, string id, CancellationToken cancellationToken)
    {
        var run = await source.Records.Runs.GetAsync(name, cancellationToken);
        var lines = new LastLines(MostLines);
        await new RowLog(source.Records, lines).WriteAsync([run.Task], run.Run, id, _ => { }, cancellationToken);
        return lines.ToString();
    }

    /// <param name="name">Which run.</param>
    /// <param name="id">A row; null for all that failed.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="Contracts.TaskQueueException">It has not failed, or the run was cancelled (65).</exception>
    public async Task<string> RequeueAsync(string name, string? id, CancellationToken cancellationToken)
    {
        var run = await source.Records.Runs.GetAsync(name, cancellationToken);
        await using var queue = source.OpenQueue();
        var ids = id is null ? null : new HashSet<string> { id };
        var count = await new Requeuer(queue, source.Records).RequeueAsync(run.Task, run.Run, ids, error: null, _ => { }, cancellationToken);
        poller.Hurry(run.Run);
        return $"Put {Counted.Tasks(count)} back in the queue.";
    }

    public async Task<string> CancelAsync(string name, CancellationToken cancellationToken)
    {
        var run = await source.Records.Runs.GetAsync(name, cancellationToken);
        await using var queue = source.OpenQueue();
        var removed = await new RunRemoval(queue, source.Records, TimeProvider.System).CancelAsync(run, cancellationToken);
        poller.Hurry(run.Run);
        return $"Cancelled. {(removed > 0 ? $"{Counted.Tasks(removed)} left the queue; running" : "Running")} ones stop within 10 s.";
    }
}
