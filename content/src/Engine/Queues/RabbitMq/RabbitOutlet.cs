using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Takes messages from a queue as a consumer that acknowledges later. Its messages are back when its channel ends.</summary>
internal sealed class RabbitOutlet : IQueueOutlet
{
    /// <summary>Messages that the broker pushes to one consumer ahead of their removal: a megabyte each at the most.</summary>
    private const ushort Prefetch = 256;

    /// <summary>When nothing comes for so long, the queue is empty.</summary>
    private static readonly TimeSpan EmptyTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A batch that has begun waits so long for one more.</summary>
    private static readonly TimeSpan BatchTimeout = TimeSpan.FromMilliseconds(50);

    private readonly RabbitBroker _broker;
    private readonly IChannel _channel;
    private readonly string _queue;
    private readonly bool _isParked;
    private readonly Channel<RabbitMessage> _arrived = Channel.CreateUnbounded<RabbitMessage>();
    private int _room;

    private RabbitOutlet(RabbitBroker broker, IChannel channel, string queue, bool isParked) =>
        (_broker, _channel, _queue, _isParked) = (broker, channel, queue, isParked);

    /// <param name="broker">Where the queue is.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="isParked">Whether its messages say why they were parked.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static Task<RabbitOutlet> OpenAsync(RabbitBroker broker, string queue, bool isParked, CancellationToken cancellationToken) =>
        broker.AskAsync(async () =>
        {
            var connection = await broker.GetConnectionAsync(cancellationToken);
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var outlet = new RabbitOutlet(broker, channel, queue, isParked);
            channel.ChannelShutdownAsync += outlet.EndAsync;
            await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);
            return outlet;
        });

    /// <inheritdoc cref="IQueueOutlet.TakeAsync"/>
    public Task<IReadOnlyList<RabbitMessage>> TakeAsync(int max, CancellationToken cancellationToken) =>
        _broker.AskAsync<IReadOnlyList<RabbitMessage>>(async () =>
        {
            // All that was pushed is held, and the broker pushes no more: it does to one more consumer. So what waits here is little.
            if (_room <= 0)
                await AddConsumerAsync(cancellationToken);
            var messages = new List<RabbitMessage>();
            while (messages.Count < max && await NextAsync(messages.Count == 0 ? EmptyTimeout : BatchTimeout, cancellationToken) is { } message)
                messages.Add(message);
            _room -= messages.Count;
            return messages;
        });

    async Task<IReadOnlyList<TakenMessage>> IQueueOutlet.TakeAsync(int max, CancellationToken cancellationToken) =>
        await TakeAsync(max, cancellationToken);

    public Task RemoveAsync(IReadOnlyList<TakenMessage> messages) => RemoveAsync([.. messages.Cast<RabbitMessage>()], isAll: true);

    /// <summary>Removes messages.</summary>
    /// <param name="messages">In the order in which they were taken.</param>
    /// <param name="isAll">Whether nothing that was taken before them stays: one acknowledgement is enough for all.</param>
    /// <returns>How many acknowledgements it took: of many, a quorum queue may lose the last when the channel closes behind them.</returns>
    public Task<int> RemoveAsync(IReadOnlyList<RabbitMessage> messages, bool isAll) => _broker.AskAsync(async () =>
    {
        var last = isAll ? messages.TakeLast(1).ToList() : messages;
        foreach (var message in last)
            await _channel.BasicAckAsync(message.Tag, multiple: isAll);
        _room += messages.Count;
        return last.Count;
    });

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task AddConsumerAsync(CancellationToken cancellationToken)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            _arrived.Writer.TryWrite(RabbitMessage.Of(delivery, _isParked));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(_queue, autoAck: false, consumer, cancellationToken);
        _room += Prefetch;
    }

    private Task EndAsync(object sender, ShutdownEventArgs reason)
    {
        _arrived.Writer.TryComplete(new IOException(reason.Exception?.Message ?? reason.ReplyText, reason.Exception));
        return Task.CompletedTask;
    }

    private async Task<RabbitMessage?> NextAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_arrived.Reader.TryRead(out var message))
            return message;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await _arrived.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing came in time.
        }
        return _arrived.Reader.TryRead(out message) ? message : null;
    }
}

/// <summary>A message that was taken from a queue on RabbitMQ.</summary>
/// <param name="Tag">The channel's number of its delivery.</param>
/// <param name="Body">The message's JSON.</param>
/// <param name="Parking">How it came to be parked; null when it was ready.</param>
/// <param name="Identity">Tells this parking of it from a later one; empty when it was ready.</param>
internal sealed record RabbitMessage(ulong Tag, ReadOnlyMemory<byte> Body, Parking? Parking, string Identity) : TakenMessage(Body, Parking)
{
    public static RabbitMessage Of(BasicDeliverEventArgs delivery, bool isParked)
    {
        // The client takes its buffer back.
        var (properties, body) = (delivery.BasicProperties, delivery.Body.ToArray());
        return isParked
            ? new RabbitMessage(delivery.DeliveryTag, body, ParkedProperties.Read(properties), ParkedProperties.IdentityOf(properties, body))
            : new RabbitMessage(delivery.DeliveryTag, body, null, "");
    }
}
