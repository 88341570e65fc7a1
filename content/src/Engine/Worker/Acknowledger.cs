using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Acknowledges finished tasks in batches, so that a slot never waits for the disk.</summary>
internal sealed class Acknowledger(
    ILeaseQueue queue, Heartbeat heartbeat, ILogger logger, Signal flushed, IFailPoints? failPoints = null)
{
    private const int BatchSize = 2000;

    /// <summary>After a small batch, wait for a larger one: one fsync then serves more tasks.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    private readonly Channel<HeldLease> _finished = Channel.CreateUnbounded<HeldLease>(new() { SingleReader = true });

    public void Add(HeldLease lease) => _finished.Writer.TryWrite(lease);

    /// <summary>No more will be added: <see cref="RunAsync"/> ends when all are acknowledged.</summary>
    public void Complete() => _finished.Writer.TryComplete();

    /// <param name="giveUp">Ends the repeats while the queue refuses: the leases then run out, and the tasks run again.</param>
    public async Task RunAsync(CancellationToken giveUp)
    {
        var batch = new List<HeldLease>(BatchSize);
        while (await _finished.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < BatchSize && _finished.Reader.TryRead(out var lease))
                batch.Add(lease);

            failPoints?.Pass(FailPoint.BeforeAcknowledge);
            await FlushAsync(batch, giveUp);
            failPoints?.Pass(FailPoint.AfterAcknowledge);
            foreach (var lease in batch)
                heartbeat.Remove(lease);
            flushed.Set();
            if (batch.Count < BatchSize / 20 && !_finished.Reader.Completion.IsCompleted)
                await Task.WhenAny(_finished.Reader.Completion, Task.Delay(Gather, CancellationToken.None));
        }
    }

    private async Task FlushAsync(List<HeldLease> batch, CancellationToken giveUp)
    {
        var backoff = new Backoff();
        while (true)
        {
            try
            {
                var held = await queue.AcknowledgeAsync([.. batch.Select(lease => lease.Lease)]);
                if (held.Count(isHeld => !isHeld) is > 0 and var lost)
                    logger.LogWarning("{Count} tasks were finished after their lease was lost; they may run again", lost);
                return;
            }
            catch (TaskQueueException e)
            {
                logger.LogError("{Count} finished tasks cannot be acknowledged yet: {Error}", batch.Count, e.Message.ReplaceLineEndings(" "));
                await Task.WhenAny(Task.Delay(backoff.Next(), giveUp));
                if (giveUp.IsCancellationRequested)
                    return;
            }
        }
    }
}
