using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>Takes messages from a queue as a consumer that acknowledges later. What it holds is back when its channel ends.</summary>
internal sealed class RabbitOutlet : IQueueOutlet
{
    /// <summary>Messages that the broker pushes ahead: a megabyte each at the most.</summary>
    private const ushort Ahead = 256;

    /// <summary>When nothing comes for so long, the queue is empty.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>A batch that has begun waits so long for one more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly RabbitBroker _broker;
    private readonly IChannel _channel;
    private readonly string _queue;
    private readonly bool _parked;
    private readonly Channel<Taken> _arrived = Channel.CreateUnbounded<Taken>();

    private RabbitOutlet(RabbitBroker broker, IChannel channel, string queue, bool parked)
    {
        _broker = broker;
        _channel = channel;
        _queue = queue;
        _parked = parked;
    }

    public static async Task<RabbitOutlet> OpenAsync(RabbitBroker broker, string queue, bool parked, CancellationToken cancellationToken)
    {
        var connection = await broker.GetConnectionAsync(cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            var outlet = new RabbitOutlet(broker, channel, queue, parked);
            await outlet.ConsumeAsync(cancellationToken);
            return outlet;
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            throw RabbitErrors.OfOperation(e, broker.Address);
        }
    }

    public async Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        var messages = new List<TakenMessage>();
        try
        {
            while (messages.Count < max && await NextAsync(messages.Count == 0 ? Silence : Patience, cancellationToken) is { } message)
                messages.Add(message);
            return messages;
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            throw RabbitErrors.OfOperation(e, _broker.Address);
        }
    }

    public async Task RemoveAsync(IReadOnlyList<TakenMessage> messages)
    {
        try
        {
            // One acknowledgement for all: of many, a quorum queue may lose the last when the channel closes behind them.
            if (messages.Count > 0)
                await _channel.BasicAckAsync(messages.Cast<Taken>().Max(message => message.Tag), multiple: true);
        }
        catch (Exception e) when (RabbitErrors.IsOfBroker(e))
        {
            throw RabbitErrors.OfOperation(e, _broker.Address);
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private async Task ConsumeAsync(CancellationToken cancellationToken)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var parking = _parked ? ParkingOf(delivery) : null;
            _arrived.Writer.TryWrite(new Taken(delivery.DeliveryTag, delivery.Body.ToArray(), parking));
            return Task.CompletedTask;
        };
        _channel.ChannelShutdownAsync += (_, reason) =>
        {
            _arrived.Writer.TryComplete(reason.Exception ?? new IOException(reason.ReplyText));
            return Task.CompletedTask;
        };
        await _channel.BasicQosAsync(0, Ahead, global: false, cancellationToken);
        await _channel.BasicConsumeAsync(_queue, autoAck: false, consumer, cancellationToken);
    }

    private async Task<Taken?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_arrived.Reader.TryRead(out var message))
            return message;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(patience);
        try
        {
            return await _arrived.Reader.ReadAsync(silence.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } reason)
        {
            throw new IOException(reason.Message, reason);
        }
    }

    private static Parking ParkingOf(BasicDeliverEventArgs delivery)
    {
        var parked = ParkedEnvelope.Read(delivery);
        return new Parking(parked.Attempts, parked.Reason, parked.ParkedAt);
    }

    private sealed record Taken(ulong Tag, ReadOnlyMemory<byte> Body, Parking? Parking) : TakenMessage(Body, Parking);
}
