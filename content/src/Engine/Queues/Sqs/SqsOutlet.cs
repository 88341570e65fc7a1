namespace TaskQueue.Queues.Sqs;

/// <summary>Takes messages from a queue by receiving them, and deletes them later.</summary>
/// <param name="batches">Deletes, and gives back.</param>
/// <param name="receiver">Receives.</param>
/// <param name="place">The queue; null when there is none, which is then empty.</param>
/// <param name="parked">Whether it holds parked messages.</param>
internal sealed class SqsOutlet(SqsBatches batches, SqsReceiver receiver, SqsPlace? place, bool parked) : IQueueOutlet
{
    /// <summary>After so long, the messages of a mover that died are anybody's.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    /// <summary>SQS may answer with nothing although there is something: so many such answers count, a second each.</summary>
    private const int EmptyAnswers = 3;

    /// <summary>The newest receipt of each message that is held.</summary>
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        for (var empty = 0; place is not null && empty < EmptyAnswers; empty++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (messages, _) = await receiver.ReceiveAsync(place.Url, max, Hold, wait: empty > 0);
            var taken = messages.Where(IsNew).ToList();
            if (taken.Count > 0)
                return [.. taken.Select(message => new Taken(message.MessageId, message.Body, ParkingOf(message)))];
        }

        return [];
    }

    public Task RemoveAsync(IReadOnlyList<TakenMessage> messages) =>
        RunAsync("DeleteMessageBatch", [.. messages.Cast<Taken>().Select(message => message.Id)], visibility: null);

    public async ValueTask DisposeAsync() => await RunAsync("ChangeMessageVisibilityBatch", [.. _held.Keys], visibility: 0);

    /// <summary>A copy of a message that is held brings its newest receipt, which is the one that counts.</summary>
    private bool IsNew(ReceivedMessage message)
    {
        var isNew = !_held.ContainsKey(message.MessageId);
        _held[message.MessageId] = message.ReceiptHandle;
        return isNew;
    }

    private async Task RunAsync(string action, IReadOnlyList<string> ids, int? visibility)
    {
        foreach (var batch in ids.Chunk(SqsBatches.Size))
        {
            var entries = batch.Select((id, index) => new BatchEntry(SqsBatches.Ids[index]) { ReceiptHandle = _held[id], VisibilityTimeout = visibility });
            await batches.RunAsync(action, place!.Url, [.. entries], CancellationToken.None);
            foreach (var id in batch)
                _held.Remove(id);
        }
    }

    private Parking? ParkingOf(ReceivedMessage message)
    {
        if (!parked)
            return null;
        var read = ParkedAttributes.Read(message);
        return new Parking(read.Attempts, read.Reason, read.ParkedAt);
    }

    private sealed record Taken(string Id, ReadOnlyMemory<byte> Body, Parking? Parking) : TakenMessage(Body, Parking);
}
