using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The queue of the parked messages: lists them without removing one, and puts them back without losing one.</summary>
internal sealed class ParkedMessages(RabbitBroker broker, Topology topology)
{
    private const int MovedAtOnce = 256;

    /// <summary>A quorum queue keeps so many acknowledgements safe, half of its own limit, when the channel closes behind them.</summary>
    private const int SafeAcknowledgements = 16;

    /// <summary>When nothing more comes although the queue counted more: somebody else is reading it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ReturnPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>Adds messages; done when they are on the broker's disk.</summary>
    public Task AddAsync(IEnumerable<TakenMessage> messages, CancellationToken cancellationToken) => broker.UseAsync(
        async channel =>
        {
            await Task.WhenAll(messages.Select(message => channel.BasicPublishAsync(
                "", topology.Parked, mandatory: true, ParkedEnvelope.Create(message.Parking!), message.Body, cancellationToken).AsTask()));
            return true;
        },
        cancellationToken);

    /// <summary>Reads all; the broker has them back when the channel closes.</summary>
    public async Task<List<ParkedMessage>> ListAsync(CancellationToken cancellationToken)
    {
        var messages = await broker.UseAsync(
            async channel => await ReadAsync(channel, cancellationToken).Select(delivery => ParkedEnvelope.Read(delivery)).ToListAsync(cancellationToken),
            cancellationToken);
        await WaitUntilBackAsync(messages.Count, cancellationToken);
        return messages;
    }

    /// <summary>Puts messages back: each is confirmed on the queue of the tasks before it is removed here.</summary>
    public async Task<long> RequeueAsync(Func<MessageKey, bool> selected, CancellationToken cancellationToken)
    {
        var moved = new HashSet<string>();
        int acknowledged;
        do
        {
            // Perhaps once more: the last acknowledgements may have been lost, and what was moved must not stay here, too.
            (acknowledged, var skipped) = await broker.UseAsync(channel => MoveAsync(channel, selected, moved, cancellationToken), cancellationToken);
            await WaitUntilBackAsync(skipped, cancellationToken);
        }
        while (acknowledged > SafeAcknowledgements);
        return moved.Count;
    }

    /// <summary>Until then, whoever lists or counts would miss them.</summary>
    private async Task WaitUntilBackAsync(int messages, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; waited < Silence; waited += ReturnPoll)
        {
            if (await broker.UseAsync(channel => channel.MessageCountAsync(topology.Parked, cancellationToken), cancellationToken) >= messages)
                return;
            await Task.Delay(ReturnPoll, cancellationToken);
        }
    }

    /// <returns>How many acknowledgements were sent, and how many messages stay parked.</returns>
    private async Task<(int Acknowledged, int Skipped)> MoveAsync(IChannel channel, Func<MessageKey, bool> selected, HashSet<string> moved, CancellationToken cancellationToken)
    {
        var moving = new List<(ulong Tag, Task Published)>(MovedAtOnce);
        var (skipped, acknowledged) = (0, 0);
        await foreach (var delivery in ReadAsync(channel, cancellationToken))
        {
            var identity = ParkedEnvelope.IdentityOf(delivery);
            if (moved.Contains(identity))
                moving.Add((delivery.DeliveryTag, Task.CompletedTask));
            else if (selected(MessageKey.Of(delivery.Body.Span)))
                moving.Add((delivery.DeliveryTag, PublishAsync(channel, delivery, identity, moved)));
            else
                skipped++;
            if (moving.Count == MovedAtOnce)
                acknowledged += await RemoveAsync(channel, moving, skipped == 0);
        }
        return (acknowledged + await RemoveAsync(channel, moving, skipped == 0), skipped);
    }

    private async Task PublishAsync(IChannel channel, BasicDeliverEventArgs delivery, string identity, HashSet<string> moved)
    {
        moved.Add(identity);
        await channel.BasicPublishAsync(
            "", topology.Tasks, mandatory: true, new BasicProperties { Persistent = true, ContentType = "application/json" }, delivery.Body, CancellationToken.None);
    }

    /// <param name="channel">Where they were delivered.</param>
    /// <param name="moving">What was published; is empty afterwards.</param>
    /// <param name="isAll">Whether nothing that came before stays parked: one acknowledgement is enough for all.</param>
    /// <returns>How many acknowledgements it took.</returns>
    private static async Task<int> RemoveAsync(IChannel channel, List<(ulong Tag, Task Published)> moving, bool isAll)
    {
        if (moving.Count == 0)
            return 0;

        await Task.WhenAll(moving.Select(one => one.Published));
        var tags = isAll ? [moving[^1].Tag] : moving.Select(one => one.Tag).ToList();
        foreach (var tag in tags)
            await channel.BasicAckAsync(tag, multiple: isAll, CancellationToken.None);
        moving.Clear();
        return tags.Count;
    }

    /// <remarks>A consumer, because to get them one by one takes the broker a write to its log for each.</remarks>
    private async IAsyncEnumerable<BasicDeliverEventArgs> ReadAsync(IChannel channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = await channel.MessageCountAsync(topology.Parked, cancellationToken);
        if (left == 0)
            yield break;

        var arrived = Channel.CreateUnbounded<BasicDeliverEventArgs>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, e) =>
        {
            // The client takes its buffer back.
            arrived.Writer.TryWrite(new BasicDeliverEventArgs(
                e.ConsumerTag, e.DeliveryTag, e.Redelivered, e.Exchange, e.RoutingKey, e.BasicProperties, e.Body.ToArray(), CancellationToken.None));
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, 0, global: false, cancellationToken);
        var tag = await channel.BasicConsumeAsync(topology.Parked, autoAck: false, consumer, cancellationToken);
        for (; left > 0 && await NextAsync(arrived.Reader, cancellationToken) is { } next; left--)
            yield return next;
        await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
    }

    private static async Task<BasicDeliverEventArgs?> NextAsync(ChannelReader<BasicDeliverEventArgs> arrived, CancellationToken cancellationToken)
    {
        if (arrived.TryRead(out var next))
            return next;

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        try
        {
            return await arrived.ReadAsync(silence.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
