using System.Runtime.CompilerServices;
using RabbitMQ.Client;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The queue of the parked messages: lists them without removing one, and puts them back without losing one.</summary>
internal sealed class ParkedMessages(RabbitBroker broker, Topology topology)
{
    private const int BatchSize = 256;

    /// <summary>A quorum queue keeps so many acknowledgements safe, half of its own limit, when the channel closes behind them.</summary>
    private const int SafeAcknowledgements = 16;

    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReturnPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Adds messages; done when they are on the broker's disk.</summary>
    public Task AddAsync(IEnumerable<TakenMessage> messages, CancellationToken cancellationToken) =>
        PublishAsync(topology.Parked, messages, message => ParkedProperties.Create(message.Parking!), cancellationToken);

    /// <summary>Reads all. Until the end of the list, others miss what was read.</summary>
    public async IAsyncEnumerable<ParkedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var (_, batch) in TakeAsync(cancellationToken))
        {
            count += batch.Count;
            foreach (var taken in batch)
                yield return new ParkedMessage(taken.Key, taken.Parking!);
        }
        await WaitUntilBackAsync(count, cancellationToken);
    }

    /// <summary>Puts messages back: each is confirmed on the queue of the tasks before it is removed here.</summary>
    public async Task RequeueAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken)
    {
        var moved = new HashSet<string>();
        int acknowledged;
        do
        {
            // Perhaps once more: the last acknowledgements may have been lost, and what was moved must not stay here, too.
            (acknowledged, var skipped) = await MoveAsync(selected, requeued, moved, cancellationToken);
            await WaitUntilBackAsync(skipped, cancellationToken);
        }
        while (acknowledged > SafeAcknowledgements);
    }

    /// <returns>How many acknowledgements were sent, and how many messages stay parked.</returns>
    private async Task<(int Acknowledged, int Skipped)> MoveAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, HashSet<string> moved, CancellationToken cancellationToken)
    {
        var (acknowledged, skipped) = (0, 0);
        await foreach (var (outlet, batch) in TakeAsync(cancellationToken))
        {
            var moving = batch.Where(message => moved.Contains(message.Identity) || selected(message.Key)).ToList();
            var fresh = moving.Where(message => moved.Add(message.Identity)).ToList();
            await PublishAsync(
                topology.Tasks, fresh.Select(message => message with { Body = TaskMessage.MarkRepeat(message.Body, isFresh: true) }), _ => new BasicProperties { Persistent = true, ContentType = "application/json" }, CancellationToken.None);
            skipped += batch.Count - moving.Count;
            acknowledged += await outlet.RemoveAsync(moving, isAll: skipped == 0);
            await requeued(fresh.ConvertAll(message => message.Key));
        }
        return (acknowledged, skipped);
    }

    /// <summary>Until then, other lists and counts would miss them.</summary>
    private async Task WaitUntilBackAsync(int messages, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < ReturnTimeout; waited += ReturnPoll)
        {
            if (await CountAsync(cancellationToken) >= messages)
                return;
            await Task.Delay(ReturnPoll, cancellationToken);
        }
    }

    private Task<uint> CountAsync(CancellationToken cancellationToken) =>
        broker.UseAsync(channel => channel.MessageCountAsync(topology.Parked, cancellationToken), cancellationToken);

    /// <summary>Takes what the queue counts. When nothing more comes although it counted more, somebody else is reading it.</summary>
    private async IAsyncEnumerable<(RabbitOutlet Outlet, IReadOnlyList<RabbitMessage> Batch)> TakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = await CountAsync(cancellationToken);
        if (left == 0)
            yield break;

        // Those that stay parked are held until the end.
        await using var outlet = await RabbitOutlet.OpenAsync(broker, topology.Parked, isParked: true, cancellationToken);
        while (left > 0 && await outlet.TakeAsync((int)Math.Min(left, BatchSize), cancellationToken) is { Count: > 0 } batch)
        {
            yield return (outlet, batch);
            left -= (uint)batch.Count;
        }
    }

    private async Task PublishAsync(
        string queue, IEnumerable<TakenMessage> messages, Func<TakenMessage, BasicProperties> properties, CancellationToken cancellationToken) => await broker.UseAsync(
        async channel =>
        {
            await Task.WhenAll(messages.Select(message => channel.BasicPublishAsync(
                "", queue, mandatory: true, properties(message), message.Body, cancellationToken).AsTask()));
            return true;
        },
        cancellationToken);
}
