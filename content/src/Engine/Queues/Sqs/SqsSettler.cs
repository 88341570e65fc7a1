namespace TaskQueue.Queues.Sqs;

/// <summary>Deletes messages, or makes them visible again: batches of ten, several at once.</summary>
internal sealed class SqsSettler(SqsBatches batches, HeldMessages held)
{
    private const int RequestsAtOnce = 16;

    public Task<bool[]> DeleteAsync(IReadOnlyList<SqsLease> leases) =>
        RunAsync("DeleteMessageBatch", leases, (id, handle) => new BatchEntry(id) { ReceiptHandle = handle });

    public Task<bool[]> GiveBackAsync(IReadOnlyList<SqsLease> leases, TimeSpan delay) =>
        RunAsync("ChangeMessageVisibilityBatch", leases, (id, handle) =>
            new BatchEntry(id) { ReceiptHandle = handle, VisibilityTimeout = SqsReceiver.Seconds(delay) });

    /// <returns>For each lease, whether it was held.</returns>
    private async Task<bool[]> RunAsync(string action, IReadOnlyList<SqsLease> leases, Func<string, string, BatchEntry> entry)
    {
        var isHeld = new bool[leases.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, leases.Count).Chunk(SqsBatches.Size), new ParallelOptions { MaxDegreeOfParallelism = RequestsAtOnce },
            async (indexes, _) => await RunBatchAsync(action, leases, indexes, isHeld, entry));
        return isHeld;
    }

    private async Task RunBatchAsync(
        string action, IReadOnlyList<SqsLease> leases, int[] indexes, bool[] isHeld, Func<string, string, BatchEntry> entry)
    {
        var open = indexes.Select(index => (Index: index, Lease: leases[index], Handle: held.HandleOf(leases[index])))
            .Where(one => one.Handle is not null).ToList();
        while (open.Count > 0)
        {
            var refused = await batches.RunAsync(
                action, open[0].Lease.QueueUrl, [.. open.Select((one, id) => entry(SqsBatches.Ids[id], one.Handle!))], CancellationToken.None);
            for (var id = 0; id < open.Count; id++)
                isHeld[open[id].Index] = refused.All(failure => failure.Id != SqsBatches.Ids[id]);

            // A copy that arrived meanwhile has a newer receipt, and only that may count.
            open = [.. open.Where(one => !held.Remove(one.Lease, one.Handle!)).Select(one => one with { Handle = held.HandleOf(one.Lease) })
                .Where(one => one.Handle is not null)];
        }
    }
}
