using Amazon.SQS.Model;

namespace TaskQueue.Queues.Sqs;

/// <summary>Deletes messages that are held, or makes them visible again.</summary>
internal sealed class SqsSettler(SqsBatches batches, ReceivedMessages received)
{
    /// <returns>For each lease, whether it was received.</returns>
    public Task<bool[]> DeleteAsync(IReadOnlyList<SqsLease> leases) => RunAsync(leases, batches.DeleteAsync);

    /// <inheritdoc cref="DeleteAsync"/>
    public Task<bool[]> GiveBackAsync(IReadOnlyList<SqsLease> leases, TimeSpan delay)
    {
        // From the delivery on, a message is hidden for no longer.
        var most = SqsRenewer.LongestVisibility - leases.Max(received.AgeOf) - TimeSpan.FromMinutes(1);
        return RunAsync(leases, (queueUrl, handles) => batches.HideAsync(queueUrl, handles, delay < most || delay == TimeSpan.Zero ? delay : most));
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
