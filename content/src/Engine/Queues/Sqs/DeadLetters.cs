using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Parks messages in the dead-letter queue, lists them, and puts them back.</summary>
internal sealed class DeadLetters(SqsBatches batches, SqsReceiver receiver, string location)
{
    private const int BatchSize = 160;

    /// <summary>How long listed messages are invisible if this process dies before it gives them back.</summary>
    private static readonly TimeSpan VisibilityTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Sends a copy to the dead-letter queue; the original is for the caller to delete afterwards.</summary>
    public Task ParkAsync(SqsLease lease, string reason, int attempts, SqsQueueInfo? dead) =>
        SendAsync(dead ?? throw Missing(), lease.Body, new Parking(attempts, reason, DateTimeOffset.UtcNow));

    /// <summary>Sends messages that were parked in another queue.</summary>
    public async Task AddAsync(IReadOnlyList<TakenMessage> messages, SqsQueueInfo? dead)
    {
        // One by one: together they may be too long for one request.
        await Parallel.ForEachAsync(messages, Together(CancellationToken.None), async (message, _) =>
            await SendAsync(dead ?? throw Missing(), message.Body, message.Parking!));
    }

    public async IAsyncEnumerable<ParkedMessage> ListAsync(SqsQueueInfo dead, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await foreach (var message in ReadAsync(dead, seen, cancellationToken))
                yield return new ParkedMessage(KeyOf(message), ParkedAttributes.Read(message));
        }
        finally
        {
            await batches.HideAsync(dead.Url, [.. seen.Values], TimeSpan.Zero);
        }
    }

    /// <summary>Sends to the queue, then deletes: a death in between doubles a message and loses none.</summary>
    public async Task RequeueAsync(
        SqsQueueInfo dead, SqsQueueInfo main, Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued,
        CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var chosen = ReadAsync(dead, seen, cancellationToken).Where(message => selected(KeyOf(message)));
            await Parallel.ForEachAsync(chosen.Chunk(SqsBatches.Size), Together(cancellationToken), async (batch, _) =>
            {
                await MoveAsync(batch, dead, main);
                foreach (var message in batch)
                    seen.TryRemove(message.MessageId, out string? _);
                await requeued(Array.ConvertAll(batch, KeyOf));
            });
        }
        finally
        {
            await batches.HideAsync(dead.Url, [.. seen.Values], TimeSpan.Zero);
        }
    }

    public TaskQueueException Missing() => new(
        ExitCode.Configuration, $"'{location}' has no dead-letter queue: there is no place for failed tasks.", next:
        "Make one: dotnet run check --create");

    private static MessageKey KeyOf(Message message) => MessageKey.Of(Encoding.UTF8.GetBytes(message.Body));

    private async Task MoveAsync(Message[] messages, SqsQueueInfo dead, SqsQueueInfo main)
    {
        // One by one where they are large: together they may be too long for one request.
        var bodies = messages.ToDictionary(message => message.MessageId, message => TaskMessage.MarkRepeat(Encoding.UTF8.GetBytes(message.Body), main.MaxMessageBytes, isFresh: true));
        var together = bodies.Values.Sum(body => (long)body.Length) <= SqsSender.LeastRequestBytes;
        foreach (var batch in together ? [messages] : messages.Chunk(1))
        {
            await SendAsync(main, [.. batch.Select((message, index) => SqsBatches.Sending(index, bodies[message.MessageId]))]);
            await batches.DeleteAsync(dead.Url, [.. batch.Select(message => message.ReceiptHandle)]);
        }
    }

    private Task SendAsync(SqsQueueInfo dead, ReadOnlyMemory<byte> body, Parking parking)
    {
        var entry = SqsBatches.Sending(0, body);
        if (body.Length + ParkedAttributes.MostBytes <= dead.MaxMessageBytes)
            entry.MessageAttributes = ParkedAttributes.Of(parking);
        return SendAsync(dead, [entry]);
    }

    private async Task SendAsync(SqsQueueInfo queue, IReadOnlyList<SendMessageBatchRequestEntry> entries)
    {
        var refused = await batches.SendAsync(queue.Url, entries, CancellationToken.None);
        if (refused.OfType<BatchResultErrorEntry>().FirstOrDefault() is { } first)
            throw new TaskQueueException(
                ExitCode.Configuration, $"SQS does not take a message: {first.Code}, {first.Message}", $"In queue {queue.Name}",
                "Give queue and dead-letter queue the same MaximumMessageSize.");
    }

    /// <param name="queue">Is read to its end.</param>
    /// <param name="seen">Filled with ids and newest receipts of what was read.</param>
    /// <param name="cancellationToken">Ends the reading between two batches.</param>
    private async IAsyncEnumerable<Message> ReadAsync(
        SqsQueueInfo queue, ConcurrentDictionary<string, string> seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isNew = true; isNew;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isNew = false;
            foreach (var message in (await receiver.ReceiveAsync(queue.Url, BatchSize, VisibilityTimeout, wait: false)).Messages)
            {
                // One that was seen before is visible again: the first ones' time is over, and so is the list.
                isNew |= seen.TryAdd(message.MessageId, message.ReceiptHandle);
                if (seen[message.MessageId] == message.ReceiptHandle)
                    yield return message;
                else
                    seen[message.MessageId] = message.ReceiptHandle;
            }
        }
    }

    private static ParallelOptions Together(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = SqsBatches.RequestsAtOnce, CancellationToken = cancellationToken };
}
