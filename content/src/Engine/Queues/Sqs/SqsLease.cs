namespace TaskQueue.Queues.Sqs;

/// <summary>A message that this worker has received.</summary>
/// <param name="Number">Counts the messages of this process.</param>
/// <param name="Body">The message's JSON.</param>
/// <param name="MessageId">What SQS calls the message.</param>
/// <param name="QueueUrl">Where it came from.</param>
/// <param name="Deliveries">How often SQS has delivered it, this time counted.</param>
/// <param name="Receipt">What SQS wants to see when the message is to be deleted or kept.</param>
internal sealed record SqsLease(
    long Number, ReadOnlyMemory<byte> Body, string MessageId, string QueueUrl, int Deliveries, Receipt Receipt)
    : Lease(Number, 0, null, false, Body);

/// <summary>The newest receipt of a message: every delivery brings one, and older ones may be void.</summary>
/// <param name="handle">From the first delivery.</param>
/// <param name="received">When, by the monotonic clock.</param>
/// <param name="expires">When somebody else may receive the message.</param>
internal sealed class Receipt(string handle, long received, long expires)
{
    public string Handle { get; private set; } = handle;

    public long Received { get; private set; } = received;

    public long Expires { get; set; } = expires;

    public void Replace(string newer, long at, long until) => (Handle, Received, Expires) = (newer, at, until);
}
