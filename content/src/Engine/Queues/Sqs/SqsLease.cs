namespace TaskQueue.Queues.Sqs;

/// <summary>A message that this worker has received.</summary>
/// <param name="Number">Counts the messages of this process.</param>
/// <param name="Body">The message's JSON.</param>
/// <param name="MessageId">What SQS calls the message.</param>
/// <param name="QueueUrl">Where it came from.</param>
/// <param name="Deliveries">How often SQS has delivered it, this time counted.</param>
internal sealed record SqsLease(long Number, ReadOnlyMemory<byte> Body, string MessageId, string QueueUrl, int Deliveries)
    : Lease(Number, 0, null, false, Body)
{
    /// <summary>The newest receipt: every delivery brings one, and older ones may be void. For <see cref="ReceivedMessages"/> alone, as what follows.</summary>
    public required string Handle { get; set; }

    /// <summary>When it was received, by the monotonic clock.</summary>
    public required long Received { get; set; }

    /// <summary>When somebody else may receive the message.</summary>
    public required long Expires { get; set; }
}
