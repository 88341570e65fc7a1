using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Deletes messages that are held, or makes them visible again.</summary>
internal sealed class SqsSettler(SqsBatches batches, ReceivedMessages received, QueueLimits limits)
{
    /// <returns>For each lease, whether it was received.</returns>
    public Task<bool[]> DeleteAsync(IReadOnlyList<SqsLease> leases) => RunAsync(leases, batches.DeleteAsync);

    /// <inheritdoc cref="DeleteAsync"/>
    public async Task<bool[]> GiveBackAsync(IReadOnlyList<SqsLease> leases, TimeSpan delay, bool refund)
    {
        var isReplaced = new bool[leases.Count];
        if (refund)
            await Parallel.ForEachAsync(
                leases.Index().Where(one => IsBetterCopied(one.Item, delay)),
                new ParallelOptions { MaxDegreeOfParallelism = SqsBatches.RequestsAtOnce },
                async (one, _) => isReplaced[one.Index] = await ReplaceAsync(one.Item, delay));

        // From the delivery on, a message is hidden for no longer.
        var most = SqsRenewer.LongestVisibility - leases.Max(received.AgeOf) - TimeSpan.FromMinutes(1);
        var isHidden = await RunAsync(leases, (queueUrl, handles) => batches.HideAsync(queueUrl, handles, delay < most || delay == TimeSpan.Zero ? delay : most));
        return [.. isHidden.Zip(isReplaced, (hidden, replaced) => hidden || replaced)];
    }

    /// <summary>
    /// A give-back counts as a delivery: it makes a fresh message look as if its worker had died, and leads a worn one to the
    /// dead-letter queue. A copy starts at none.
    /// </summary>
    private bool IsBetterCopied(SqsLease lease, TimeSpan delay) =>
        (lease.Deliveries >= limits.MaxAttempts || (lease.Deliveries == 1 && delay == TimeSpan.Zero)) && received.HandleOf(lease) is not null;

    /// <summary>Puts a copy in the place of a message.</summary>
    /// <returns>Whether SQS took it; else it would be longer than messages of this queue can be.</returns>
    private async Task<bool> ReplaceAsync(SqsLease lease, TimeSpan delay)
    {
        var copy = SqsBatches.Sending(0, TaskMessage.MarkTried(lease.Body), delay);
        if ((await batches.SendAsync(lease.QueueUrl, [copy], CancellationToken.None))[0] is not null)
            return false;
        await DeleteAsync([lease]);
        return true;
    }

    private async Task<bool[]> RunAsync(
        IReadOnlyList<SqsLease> leases, Func<string, IReadOnlyList<string>, Task<BatchResultErrorEntry?[]>> settle)
    {
        var isHeld = new bool[leases.Count];
        var open = leases.Select((lease, index) => (Index: index, Lease: lease, Handle: received.HandleOf(lease)))
            .Where(one => one.Handle is not null).ToList();
        while (open.Count > 0)
        {
            var refused = await settle(open[0].Lease.QueueUrl, [.. open.Select(one => one.Handle!)]);
            foreach (var (one, refusal) in open.Zip(refused))
                isHeld[one.Index] = refusal is null;

            // A copy that arrived meanwhile has a newer receipt, and only that may count.
            open = [.. open.Select(one => one with { Handle = received.Remove(one.Lease, one.Handle!) }).Where(one => one.Handle is not null)];
        }
        return isHeld;
    }
}
