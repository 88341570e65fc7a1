using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Tells the queue how an attempt ended.</summary>
internal sealed class Settlement(ILeaseQueue queue, Heartbeat heartbeat, Acknowledger acknowledger, ILogger logger)
{
    /// <summary>How long a task rests whose record could not be written.</summary>
    private static readonly TimeSpan StoreDelay = TimeSpan.FromSeconds(5);

    public async Task SettleAsync(HeldLease lease, TaskReport report)
    {
        if (report.Outcome is TaskOutcome.Done or TaskOutcome.AlreadyDone)
        {
            acknowledger.Add(lease);
            return;
        }
        try
        {
            await TellAsync(lease.Lease, report);
        }
        catch (TaskQueueException e)
        {
            logger.LogError("The queue could not be told that a task ended; it runs again when its lease is over: {Error}", e.Message.ReplaceLineEndings(" "));
        }
        heartbeat.Remove(lease);
    }

    /// <summary>Makes tasks that were not started ready again, at once and without charge.</summary>
    public async Task GiveBackAsync(IReadOnlyList<HeldLease> leases)
    {
        try
        {
            await queue.GiveBackAsync([.. leases.Select(lease => lease.Lease)], TimeSpan.Zero, refund: true);
        }
        catch (TaskQueueException e)
        {
            logger.LogError("{Count} tasks could not be given back; they are ready when their leases are over: {Error}", leases.Count, e.Message.ReplaceLineEndings(" "));
        }
        foreach (var lease in leases)
            heartbeat.Remove(lease);
    }

    private Task TellAsync(Lease lease, TaskReport report) => report.Outcome switch
    {
        TaskOutcome.Failed => queue.GiveBackAsync([lease], RetryDelays.After(report.Attempt), refund: false),
        TaskOutcome.Parked => queue.ParkAsync(lease, report.Reason, report.Attempt),
        TaskOutcome.GivenBack => queue.GiveBackAsync([lease], TimeSpan.Zero, refund: true),
        TaskOutcome.StoreFailed => queue.GiveBackAsync([lease], StoreDelay, refund: true),
        _ => Task.CompletedTask,
    };
}
