using System.Text;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Sends a stream of messages: full batches, several at once.</summary>
internal sealed class SqsSender(SqsBatches batches, string queueUrl, int maxMessageBytes)
{
    /// <summary>One request may always be as large as this, however small the queue's messages have to be.</summary>
    public const int LeastRequestBytes = 256 * 1024;

    private readonly int _maxRequestBytes = Math.Max(LeastRequestBytes, maxMessageBytes);

    /// <inheritdoc cref="ITaskQueue.InsertAsync"/>
    public async Task SendAsync(
        IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken)
    {
        var underWay = new List<Task<int>>(SqsBatches.RequestsAtOnce);
        try
        {
            foreach (var batch in Batch(messages))
            {
                cancellationToken.ThrowIfCancellationRequested();
                underWay.Add(SendAsync(batch, cancellationToken));
                if (underWay.Count == SqsBatches.RequestsAtOnce)
                    await ConfirmAsync(await Task.WhenAny(underWay));
            }
        }
        finally
        {
            // However the loop ended: requests under way are stored or not, and the caller has to know.
            while (underWay.Count > 0)
                await ConfirmAsync(await Task.WhenAny(underWay));
        }

        async Task ConfirmAsync(Task<int> sent)
        {
            underWay.Remove(sent);
            confirmed(new InsertedBatch(await sent, 0));
        }
    }

    private async Task<int> SendAsync(List<QueuedMessage> messages, CancellationToken cancellationToken)
    {
        var entries = messages.Select((message, index) => SqsBatches.Sending(index, message.Body, message.Delay));
        var refused = await batches.SendAsync(queueUrl, [.. entries], cancellationToken);
        foreach (var (message, refusal) in messages.Zip(refused))
        {
            if (refusal is not null)
                throw new TaskQueueException(
                    ExitCode.BadInput,
                    $"SQS does not take the message of row '{Encoding.UTF8.GetString(message.Id.Span)}': {refusal.Code}, {refusal.Message}");
        }
        return messages.Sum(message => message.Rows);
    }

    private IEnumerable<List<QueuedMessage>> Batch(IEnumerable<QueuedMessage> messages)
    {
        var batch = new List<QueuedMessage>(SqsBatches.Size);
        var bytes = 0L;
        foreach (var message in messages)
        {
            if (batch.Count == SqsBatches.Size || (batch.Count > 0 && bytes + message.Body.Length > _maxRequestBytes))
            {
                yield return batch;
                batch = new List<QueuedMessage>(SqsBatches.Size);
                bytes = 0;
            }
            batch.Add(message);
            bytes += message.Body.Length;
        }
        if (batch.Count > 0)
            yield return batch;
    }
}
