using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Extends the visibility of messages, on the thread that asks: ten in a request, one request after the other.</summary>
/// <param name="client">Made for it: see <see cref="SqsClients.CreateForRenewals"/>.</param>
/// <param name="received">The messages, and their newest receipts.</param>
internal sealed class SqsRenewer(SqsClient client, ReceivedMessages received) : IDisposable
{
    /// <summary>SQS takes a message back after so long, however often its visibility was extended.</summary>
    public static readonly TimeSpan LongestVisibility = TimeSpan.FromHours(12);

    /// <inheritdoc cref="ILeaseQueue.Renew"/>
    public Renewal[] Renew(IReadOnlyList<SqsLease> leases, TimeSpan duration) =>
        [.. leases.Chunk(SqsBatches.Size).SelectMany(batch => RenewBatch(batch, duration))];

    public void Dispose() => client.Dispose();

    private Renewal[] RenewBatch(SqsLease[] batch, TimeSpan duration)
    {
        var renewals = new Renewal[batch.Length];
        var entries = new List<ChangeMessageVisibilityBatchRequestEntry>(batch.Length);
        for (var index = 0; index < batch.Length; index++)
        {
            var handle = received.HandleOf(batch[index]);
            renewals[index] = handle is null ? Renewal.Lost : Renewal.Unknown;
            if (handle is not null && received.AgeOf(batch[index]) + duration <= LongestVisibility)
                entries.Add(SqsBatches.Hiding(index, handle, duration));
        }
        if (entries.Count == 0)
            return renewals;

        var asked = received.Now;
        try
        {
            var failures = client.ChangeMessageVisibilityBatch(new(batch[0].QueueUrl, entries)).Failed ?? [];
            foreach (var entry in entries)
            {
                var index = SqsBatches.Ids.IndexOf(entry.Id);
                renewals[index] = OutcomeOf(failures.Find(failure => failure.Id == entry.Id));
                if (renewals[index] == Renewal.Held)
                    received.Extend(batch[index], entry.ReceiptHandle, asked, duration);
            }
        }
        catch (TaskQueueException)
        {
            // None is known to be lost: they are asked for again, until their visibility ends.
        }
        return renewals;
    }

    private static Renewal OutcomeOf(BatchResultErrorEntry? failure) => failure switch
    {
        null => Renewal.Held,
        { SenderFault: true } => Renewal.Lost,
        _ => Renewal.Unknown,
    };
}
