using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Extends the visibility of messages, on threads of its own.</summary>
internal sealed class SqsRenewer(SqsClient client, HeldMessages held, string location) : IDisposable
{
    /// <summary>SQS takes a message back after so long, however often its visibility was extended.</summary>
    public static readonly TimeSpan LongestVisibility = TimeSpan.FromHours(12);

    private const int MostThreads = 8;

    /// <inheritdoc cref="ILeaseQueue.Renew"/>
    public Renewal[] Renew(IReadOnlyList<SqsLease> leases, TimeSpan duration)
    {
        held.RemoveExpired();
        var renewals = new Renewal[leases.Count];
        var batches = new Queue<int[]>(Enumerable.Range(0, leases.Count).Chunk(SqsBatches.Size));
        var helpers = Enumerable.Range(1, Math.Clamp(batches.Count, 1, MostThreads) - 1).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        helpers.ForEach(helper => helper.Start());
        Work();
        helpers.ForEach(helper => helper.Join());
        return renewals;

        void Work()
        {
            while (Next() is { } indexes)
                RenewBatch(leases, indexes, duration, renewals);
        }

        int[]? Next()
        {
            lock (batches)
                return batches.TryDequeue(out var batch) ? batch : null;
        }
    }

    public void Dispose() => client.Dispose();

    private void RenewBatch(IReadOnlyList<SqsLease> leases, int[] indexes, TimeSpan duration, Renewal[] renewals)
    {
        var open = new List<(int Index, string Handle)>(indexes.Length);
        foreach (var index in indexes)
        {
            var handle = held.HandleOf(leases[index]);
            var isTooOld = held.AgeOf(leases[index]) + duration > LongestVisibility;
            renewals[index] = handle is null ? Renewal.Lost : Renewal.Unknown;
            if (handle is not null && !isTooOld)
                open.Add((index, handle));
        }
        if (open.Count == 0)
            return;

        var asked = held.Now;
        foreach (var (one, failure) in open.Zip(Ask(leases[open[0].Index].QueueUrl, open, duration)))
        {
            renewals[one.Index] = failure switch
            {
                null => Renewal.Held,
                { SenderFault: true } => Renewal.Lost,
                _ => Renewal.Unknown,
            };
            if (failure is null)
                held.Extend(leases[one.Index], one.Handle, asked, duration);
        }
    }

    /// <returns>For each lease why it failed, null when it did not.</returns>
    private IEnumerable<BatchFailure?> Ask(string queueUrl, List<(int Index, string Handle)> open, TimeSpan duration)
    {
        try
        {
            var entries = open.Select((one, id) => new BatchEntry(SqsBatches.Ids[id])
            {
                ReceiptHandle = one.Handle,
                VisibilityTimeout = SqsReceiver.Seconds(duration),
            });
            var answer = client.Call<BatchAnswer>("ChangeMessageVisibilityBatch", new BatchRequest(queueUrl, [.. entries]), location);
            return open.Select((_, id) => answer.Failed?.FirstOrDefault(failure => failure.Id == SqsBatches.Ids[id]));
        }
        catch (TaskQueueException e)
        {
            return open.Select((_, id) => new BatchFailure(SqsBatches.Ids[id], e.Message, SenderFault: false, null));
        }
    }
}
