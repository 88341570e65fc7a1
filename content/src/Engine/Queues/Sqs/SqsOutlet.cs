using System.Text;
using Amazon.SQS.Model;

namespace TaskQueue.Queues.Sqs;

/// <summary>Takes messages from a queue by receiving them, and deletes them later.</summary>
/// <param name="batches">Deletes, and gives back.</param>
/// <param name="receiver">Receives.</param>
/// <param name="queue">The queue; null when there is none, which is then empty.</param>
/// <param name="parked">Whether it holds parked messages.</param>
internal sealed class SqsOutlet(SqsBatches batches, SqsReceiver receiver, SqsQueueInfo? queue, bool parked) : IQueueOutlet
{
    /// <summary>After so long, the messages of a mover that died are anybody's.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    /// <summary>SQS may answer with nothing although there is something: so many such answers count, a second each.</summary>
    private const int EmptyAnswers = 3;

    /// <summary>The newest receipt of each message that is held.</summary>
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        for (var empty = 0; queue is not null && empty < EmptyAnswers; empty++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (messages, _) = await receiver.ReceiveAsync(queue.Url, max, Hold, wait: empty > 0);
            var taken = messages.Where(IsNew).ToList();
            if (taken.Count > 0)
                return [.. taken.Select(message => new Taken(message.MessageId, Encoding.UTF8.GetBytes(message.Body), parked ? ParkedAttributes.Read(message) : null))];
        }

        return [];
    }

    public async Task RemoveAsync(IReadOnlyList<TakenMessage> messages)
    {
        var ids = messages.Cast<Taken>().Select(message => message.Id).ToList();
        await batches.DeleteAsync(queue!.Url, [.. ids.Select(id => _held[id])]);
        ids.ForEach(id => _held.Remove(id));
    }

    public async ValueTask DisposeAsync()
    {
        if (queue is not null)
            await batches.HideAsync(queue.Url, [.. _held.Values], TimeSpan.Zero);
    }

    /// <summary>A copy of a message that is held brings its newest receipt, which is the one that counts.</summary>
    private bool IsNew(Message message)
    {
        var isNew = !_held.ContainsKey(message.MessageId);
        _held[message.MessageId] = message.ReceiptHandle;
        return isNew;
    }

    private sealed record Taken(string Id, ReadOnlyMemory<byte> Body, Parking? Parking) : TakenMessage(Body, Parking);
}
