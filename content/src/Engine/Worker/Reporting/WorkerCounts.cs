using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Reporting;

/// <summary>What a worker has done so far, and what it runs.</summary>
internal sealed class WorkerCounts
{
    /// <summary>Of more runs, those that end next are not counted apart.</summary>
    private const int MostRuns = 1000;

    private readonly ConcurrentDictionary<ITaskDelivery, TaskMessage> _running = new(ReferenceEqualityComparer.Instance);

    /// <summary>By the run that the messages name.</summary>
    private readonly ConcurrentDictionary<string, OfRun> _runs = new();
    private long _done;
    private long _failed;
    private long _skipped;
    private long _parked;

    public long Done => Interlocked.Read(ref _done);

    /// <summary>Failed attempts, whether or not another one followed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Rows that failed for good.</summary>
    public long Parked => Interlocked.Read(ref _parked);

    /// <summary>Rows that were done already.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Rows that are done, now or before.</summary>
    public long Succeeded => Done + Skipped;

    public long Finished => Succeeded + Failed;

    /// <summary>Whether a message was for several rows.</summary>
    public bool HasGroups { get; set; }

    /// <summary>Tasks that are running now.</summary>
    public int Running => _running.Count;

    /// <summary>The rows of the running tasks, as they may be printed.</summary>
    public IReadOnlyList<string> RunningRows => [.. _running.Values.Select(message => Printable.Of(message.Id))];

    /// <summary>The same counts for each run.</summary>
    public IReadOnlyList<WorkerRun> Runs =>
    [
        .. _runs.Select(run => new WorkerRun(run.Key, Volatile.Read(ref run.Value.Open), Interlocked.Read(ref run.Value.Done)))
            .Where(run => run.Running > 0 || run.Done > 0),
    ];

    public void Started(ITaskDelivery delivery, TaskMessage message)
    {
        _running[delivery] = message;
        Interlocked.Increment(ref Of(message).Open);
    }

    /// <summary>The attempt has ended: its slot is free.</summary>
    public void Left(ITaskDelivery delivery) => _running.TryRemove(delivery, out _);

    /// <summary>How it ended is recorded.</summary>
    public void Ended(TaskMessage message, TaskOutcome outcome)
    {
        var run = Of(message);
        Interlocked.Decrement(ref run.Open);
        switch (outcome)
        {
            case TaskOutcome.Done:
                Interlocked.Increment(ref _done);
                Interlocked.Increment(ref run.Done);
                break;
            case TaskOutcome.AlreadyDone:
                Interlocked.Increment(ref _skipped);
                break;
            case TaskOutcome.Failed or TaskOutcome.Parked:
                Interlocked.Increment(ref _failed);
                if (outcome == TaskOutcome.Parked)
                    Interlocked.Increment(ref _parked);
                break;
        }
    }

    private OfRun Of(TaskMessage message)
    {
        var run = message.Run ?? "";
        return _runs.TryGetValue(run, out var known) ? known : _runs.GetOrAdd(_runs.Count < MostRuns ? run : "", static _ => new OfRun());
    }

    private sealed class OfRun
    {
        /// <summary>Attempts that have started and are not recorded.</summary>
        public int Open;

        public long Done;
    }
}
