using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Reports.Runs;

/// <summary>Ends runs, and removes their records.</summary>
internal sealed class RunRemoval(ITaskQueue queue, RecordStore records, TimeProvider clock)
{
    /// <summary>A worker writes its record every 10 s, and looks for ended runs before: after two of them it knows.</summary>
    private const int RecordsAfterEnd = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Ends a run: what runs is cancelled within 10 s, what is queued is never started.</summary>
    /// <returns>How many messages were removed from the queue at once; those of a broker are dropped when a worker meets them.</returns>
    public async Task<long> CancelAsync(RunRecord run, CancellationToken cancellationToken)
    {
        await records.Runs.CancelAsync(run.Run, clock.GetUtcNow(), cancellationToken);
        return await queue.RemoveRunAsync(run.Run, withParked: false, cancellationToken);
    }

    /// <summary>Ends a run, waits until no worker has anything of it, and removes its records. Outputs stay.</summary>
    /// <param name="run">Which.</param>
    /// <param name="story">Told what it waits for.</param>
    /// <param name="deleted">Told how many objects were removed so far.</param>
    /// <param name="cancellationToken">Ends the waiting; it may be called again.</param>
    /// <exception cref="TaskQueueException">A worker still has tasks of it (75): it may be called again.</exception>
    public async Task DeleteAsync(RunRecord run, Action<string> story, Action<long> deleted, CancellationToken cancellationToken)
    {
        await CancelAsync(run, cancellationToken);
        await WaitForWorkersAsync(run, story, cancellationToken);
        await queue.RemoveRunAsync(run.Run, withParked: true, cancellationToken);
        await records.Runs.DeleteAsync(run, clock.GetUtcNow(), deleted, cancellationToken);
    }

    private async Task WaitForWorkersAsync(RunRecord run, Action<string> story, CancellationToken cancellationToken)
    {
        var (started, told) = (clock.GetTimestamp(), "");
        var seen = new Dictionary<string, (DateTimeOffset Updated, int Records)>();
        while (true)
        {
            var busy = new List<string>();
            await foreach (var worker in records.ReadWorkersAsync(cancellationToken).Where(worker => worker.IsAlive(clock.GetUtcNow())))
            {
                var (updated, written) = seen.GetValueOrDefault(worker.Worker, (worker.Updated, 0));
                written += worker.Updated == updated ? 0 : 1;
                seen[worker.Worker] = (worker.Updated, written);
                if (written < RecordsAfterEnd || worker.Runs.Any(one => one.Run == run.Run && one.Running > 0))
                    busy.Add(worker.Worker);
            }
            if (busy.Count == 0)
                return;
            if (clock.GetElapsedTime(started) > Patience)
                throw new TaskQueueException(
                    ExitCode.PartDone, $"{Counted.Of(busy.Count, "worker")} may still have tasks of {run.Run}: {string.Join(", ", busy.Take(3))}.",
                    "The run is cancelled; its records are still there", $"Wait for them, or stop them, then again: dotnet run delete-run {run.Run}");
            if (told != (told = $"Waiting for {Counted.Of(busy.Count, "worker")} to let go of it"))
                story(told);
            await Task.Delay(Interval, clock, cancellationToken);
        }
    }
}
