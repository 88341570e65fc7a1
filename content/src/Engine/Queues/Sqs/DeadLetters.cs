using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Parks messages in the dead-letter queue, lists them, and puts them back.</summary>
internal sealed class DeadLetters(SqsBatches batches, SqsReceiver receiver, string location)
{
    private const int Wave = 160;
    private const int RequestsAtOnce = 16;

    /// <summary>How long listed messages are invisible if this process dies before it gives them back.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(2);

    /// <summary>Sends a copy to the dead-letter queue; the original is for the caller to delete afterwards.</summary>
    public async Task ParkAsync(SqsLease lease, string reason, SqsPlace? dead)
    {
        if (dead is null)
            throw Missing();

        await SendAsync(dead, [EntryOf(lease.Body, ParkedAttributes.Of(reason, lease.Deliveries, DateTimeOffset.UtcNow), dead)]);
    }

    /// <summary>Sends messages that were parked in another queue.</summary>
    public async Task AddAsync(IReadOnlyList<TakenMessage> messages, SqsPlace? dead)
    {
        if (dead is null)
            throw Missing();

        // One by one: together they may be too long for one request.
        await Parallel.ForEachAsync(messages, Together(CancellationToken.None), async (message, _) =>
        {
            var parking = message.Parking!;
            await SendAsync(dead, [EntryOf(message.Body, ParkedAttributes.Of(parking.Reason, parking.Attempts, parking.At), dead)]);
        });
    }

    public async IAsyncEnumerable<ParkedMessage> ListAsync(SqsPlace dead, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await foreach (var message in ReadAsync(dead, seen, cancellationToken))
                yield return ParkedAttributes.Read(message);
        }
        finally
        {
            await GiveBackAsync(dead, seen.Values);
        }
    }

    /// <summary>Sends to the queue, then deletes: who dies in between doubles a message and loses none.</summary>
    public async Task<long> RequeueAsync(
        SqsPlace dead, SqsPlace main, Func<MessageKey, bool> selected, CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var moved = 0L;
        try
        {
            var chosen = ReadAsync(dead, seen, cancellationToken).Where(message => selected(ParkedAttributes.Read(message).Key));
            await Parallel.ForEachAsync(chosen.Chunk(SqsBatches.Size), Together(cancellationToken), async (batch, _) =>
            {
                await MoveAsync(batch, dead, main);
                Interlocked.Add(ref moved, batch.Length);
                foreach (var message in batch)
                    seen.TryRemove(message.MessageId, out string? _);
            });
        }
        finally
        {
            await GiveBackAsync(dead, seen.Values);
        }
        return moved;
    }

    public TaskQueueException Missing() => new(
        ExitCode.Configuration, $"'{location}' has no dead-letter queue: there is no place for failed tasks.", next:
        "Make one: dotnet run check --create");

    private async Task MoveAsync(ReceivedMessage[] messages, SqsPlace dead, SqsPlace main)
    {
        // One by one where they are large: together they may be too long for one request.
        var together = messages.Sum(message => (long)message.Body.Length) <= SqsSender.LeastRequestBytes;
        foreach (var batch in together ? [messages] : messages.Chunk(1))
        {
            await SendAsync(main, [.. batch.Select((message, index) => new BatchEntry(SqsBatches.Ids[index]) { MessageBody = message.Body })]);
            await batches.RunAsync(
                "DeleteMessageBatch", dead.Url,
                [.. batch.Select((message, index) => new BatchEntry(SqsBatches.Ids[index]) { ReceiptHandle = message.ReceiptHandle })],
                CancellationToken.None);
        }
    }

    private static BatchEntry EntryOf(
        ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, MessageAttribute> attributes, SqsPlace dead)
    {
        var fits = body.Length + ParkedAttributes.MostBytes <= dead.MaxMessageBytes;
        return new BatchEntry(SqsBatches.Ids[0]) { MessageBody = body, MessageAttributes = fits ? attributes : null };
    }

    private async Task SendAsync(SqsPlace place, IReadOnlyList<BatchEntry> entries)
    {
        var refused = await batches.RunAsync("SendMessageBatch", place.Url, entries, CancellationToken.None);
        if (refused.Count > 0)
            throw new TaskQueueException(
                ExitCode.Configuration, $"SQS does not take a message: {refused[0].Code}, {refused[0].Message}", $"In queue {place.Name}",
                "Give queue and dead-letter queue the same MaximumMessageSize.");
    }

    /// <param name="place">The queue to read to its end.</param>
    /// <param name="seen">Filled with ids and newest receipts of what was read.</param>
    /// <param name="cancellationToken">Ends the reading between two waves.</param>
    private async IAsyncEnumerable<ReceivedMessage> ReadAsync(
        SqsPlace place, ConcurrentDictionary<string, string> seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isNew = true; isNew;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isNew = false;
            foreach (var message in (await receiver.ReceiveAsync(place.Url, Wave, Glance, wait: false)).Messages)
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

    private Task GiveBackAsync(SqsPlace place, IEnumerable<string> handles) =>
        Parallel.ForEachAsync(handles.Chunk(SqsBatches.Size), Together(CancellationToken.None), async (batch, _) =>
            await batches.RunAsync(
                "ChangeMessageVisibilityBatch", place.Url,
                [.. batch.Select((handle, index) => new BatchEntry(SqsBatches.Ids[index]) { ReceiptHandle = handle, VisibilityTimeout = 0 })],
                CancellationToken.None));

    private static ParallelOptions Together(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = RequestsAtOnce, CancellationToken = cancellationToken };
}
