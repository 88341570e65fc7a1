using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Tells the queue how attempts ended, in batches, so that a slot never waits for it.</summary>
/// <remarks>While the queue refuses, the leases are renewed and it is asked again.</remarks>
internal sealed class LeaseSettler(
    ILeaseQueue queue, Leases leases, WorkerLifetime lifetime, TimeProvider clock, ILogger logger, Signal settled, IFailPoints? failPoints)
{
    private const int BatchSize = 2000;

    /// <summary>After a small batch, wait for a larger one: one fsync then serves more tasks.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a row rests after its attempts 1, 2, 3, and all further ones, unless its task says otherwise.</summary>
    private static readonly TimeSpan[] RetryDelays =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(120)];

    private readonly Channel<Ended> _ended = Channel.CreateUnbounded<Ended>(new() { SingleReader = true });
    private readonly Backoff _backoff = new();

    /// <summary>How long a row rests after an attempt that failed.</summary>
    public static TimeSpan DelayAfter(TaskReport failed) => failed.Rest ?? RetryDelays[Math.Clamp(failed.Attempt, 1, RetryDelays.Length) - 1];

    public void Add(HeldLease lease, TaskReport report) => _ended.Writer.TryWrite(new Ended(lease, report));

    /// <summary>No more will be added: <see cref="RunAsync"/> ends when the queue knows of all.</summary>
    public void Complete() => _ended.Writer.TryComplete();

    /// <summary>Gives up when the worker waits no longer: the leases then run out, and the tasks run again.</summary>
    public async Task RunAsync()
    {
        var pending = new List<Ended>(BatchSize);
        while (!lifetime.Deadline.IsCancellationRequested && (pending.Count > 0 || await _ended.Reader.WaitToReadAsync()))
        {
            while (pending.Count < BatchSize && _ended.Reader.TryRead(out var ended))
                pending.Add(ended);

            var isSmall = pending.Count < BatchSize / 20;
            var refusal = await SettleAsync(pending);
            settled.Set();
            if (refusal is not null)
            {
                await PauseAsync(pending.Count, refusal);
                continue;
            }
            _backoff.Reset();
            if (isSmall && !_ended.Reader.Completion.IsCompleted)
                await Task.WhenAny(_ended.Reader.Completion, Task.Delay(Gather, clock));
        }
    }

    /// <param name="pending">What the queue does not know; what it was told is removed.</param>
    /// <returns>What hindered the rest.</returns>
    private async Task<Exception?> SettleAsync(List<Ended> pending)
    {
        Exception? refusal = null;
        foreach (var group in pending.GroupBy(ended => ended.Kind).ToList())
        {
            try
            {
                var told = group.ToList();
                await TellAsync(group.Key, told);
                told.ForEach(ended => leases.Remove(ended.Lease));
                pending.RemoveAll(told.Contains);
            }
            catch (Exception e)
            {
                refusal = e;
            }
        }
        return refusal;
    }

    private async Task TellAsync((TaskOutcome Outcome, TimeSpan Delay, HeldLease? Alone) kind, List<Ended> ended)
    {
        List<Lease> told = [.. ended.Select(one => one.Lease.Lease)];
        switch (kind.Outcome)
        {
            case TaskOutcome.Done:
                failPoints?.Pass(FailPoint.BeforeAcknowledge);
                var held = await queue.AcknowledgeAsync(told);
                failPoints?.Pass(FailPoint.AfterAcknowledge);
                if (held.Count(isHeld => !isHeld) is > 0 and var lost)
                    logger.LogWarning("{Count} tasks were finished after their lease was lost; they may run again", lost);
                break;
            case TaskOutcome.Parked:
                await queue.ParkAsync(told[0], ended[0].Report.Reason, ended[0].Report.Attempt);
                break;
            case TaskOutcome.Split:
                failPoints?.Pass(FailPoint.BeforeAcknowledge);
                // A group of another worker is its to split.
                if (!ended[0].Lease.IsStillHeld() || !await queue.SplitAsync(told[0], ended[0].Report.Left!))
                    logger.LogWarning("A group was finished after its lease was lost; its rows that are done do not run again");
                failPoints?.Pass(FailPoint.AfterAcknowledge);
                break;
            case TaskOutcome.Failed or TaskOutcome.GivenBack:
                await queue.GiveBackAsync(told, kind.Delay, refund: kind.Outcome == TaskOutcome.GivenBack);
                break;
        }
    }

    private async Task PauseAsync(int count, Exception refusal)
    {
        var pause = _backoff.Next();
        logger.LogWarning(
            "The queue could not be told that {Count} tasks ended; they are kept. Next try in {Seconds:0} s: {Error}",
            count, pause.TotalSeconds, TaskQueueException.Summarize(refusal));
        await Task.WhenAny(Task.Delay(pause, clock, lifetime.Deadline));
    }

    private readonly record struct Ended(HeldLease Lease, TaskReport Report)
    {
        /// <summary>As many as one call reports.</summary>
        public (TaskOutcome Outcome, TimeSpan Delay, HeldLease? Alone) Kind => Report.Outcome switch
        {
            TaskOutcome.AlreadyDone or TaskOutcome.Dropped => (TaskOutcome.Done, default, null),
            TaskOutcome.Failed => (TaskOutcome.Failed, DelayAfter(Report), null),
            TaskOutcome.Parked or TaskOutcome.Split => (Report.Outcome, default, Lease),
            _ => (Report.Outcome, Report.Rest ?? default, null),
        };
    }
}
