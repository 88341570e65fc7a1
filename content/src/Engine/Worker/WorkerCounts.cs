using System.Collections.Concurrent;
using TaskQueue.Contracts;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>What a worker has done so far, and what it runs.</summary>
internal sealed class WorkerCounts
{
    private readonly ConcurrentDictionary<ITaskDelivery, TaskMessage> _running = new(ReferenceEqualityComparer.Instance);
    private long _done;
    private long _failed;
    private long _skipped;

    public long Done => Interlocked.Read(ref _done);

    /// <summary>Failed attempts, whether or not another one followed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Rows that were done already.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public long Finished => Done + Failed + Skipped;

    /// <summary>Tasks that are running now.</summary>
    public int Running => _running.Count;

    /// <summary>The rows of the running tasks, as they may be printed.</summary>
    public IReadOnlyList<string> RunningRows => [.. _running.Values.Select(message => Printable.Of(message.Id))];

    public void Started(ITaskDelivery delivery, TaskMessage message) => _running[delivery] = message;

    public void Left(ITaskDelivery delivery) => _running.TryRemove(delivery, out _);

    public void Ended(TaskOutcome outcome)
    {
        switch (outcome)
        {
            case TaskOutcome.Done:
                Interlocked.Increment(ref _done);
                break;
            case TaskOutcome.AlreadyDone:
                Interlocked.Increment(ref _skipped);
                break;
            case TaskOutcome.Failed or TaskOutcome.Parked:
                Interlocked.Increment(ref _failed);
                break;
        }
    }
}
