using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>The queue of the parked messages: ours carry a reason, those of the broker say how often they were delivered.</summary>
internal sealed class ParkedMessages(Topology topology)
{
    private const string ReasonHeader = "task-reason";
    private const string AttemptsHeader = "task-attempts";
    private const string DeathHeader = "x-death";

    /// <summary>Enough of a reason for a list; the failed record has the rest.</summary>
    private const int MostReasonLetters = 2000;

    private const int RequeuedAtOnce = 256;

    /// <summary>When nothing more comes although the queue counted more: somebody else is reading it.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>Adds a message; done when it is on the broker's disk.</summary>
    public Task AddAsync(IChannel channel, ReadOnlyMemory<byte> body, string reason, int attempts) =>
        AddAsync(channel, body, new Parking(attempts, reason, DateTimeOffset.UtcNow));

    /// <inheritdoc cref="AddAsync(IChannel, ReadOnlyMemory{byte}, string, int)"/>
    public async Task AddAsync(IChannel channel, ReadOnlyMemory<byte> body, Parking parking)
    {
        var reason = parking.Reason;
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = "application/json",
            Timestamp = new AmqpTimestamp(parking.At.ToUnixTimeSeconds()),
            Headers = new Dictionary<string, object?>
            {
                [ReasonHeader] = reason.Length > MostReasonLetters ? reason[..MostReasonLetters] : reason,
                [AttemptsHeader] = parking.Attempts,
            },
        };
        await channel.BasicPublishAsync("", topology.Parked, mandatory: true, properties, body);
    }

    /// <summary>Reads all without removing one: the broker has them back when the channel closes.</summary>
    public async IAsyncEnumerable<ParkedMessage> ListAsync(IChannel channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, message, _) in ReadAsync(channel, cancellationToken))
            yield return message;
    }

    /// <summary>Puts messages back: each is confirmed on the queue of the tasks before it is removed here.</summary>
    public async Task<long> RequeueAsync(IChannel channel, Func<MessageKey, bool> selected, CancellationToken cancellationToken)
    {
        var moving = new List<(ulong Tag, Task Published)>(RequeuedAtOnce);
        var count = 0L;
        await foreach (var (tag, message, body) in ReadAsync(channel, cancellationToken))
        {
            if (!selected(message.Key))
                continue;

            moving.Add((tag, channel.BasicPublishAsync(
                "", topology.Tasks, mandatory: true, new BasicProperties { Persistent = true, ContentType = "application/json" }, body, CancellationToken.None).AsTask()));
            count++;
            if (moving.Count == RequeuedAtOnce)
                await RemoveAsync(channel, moving);
        }
        await RemoveAsync(channel, moving);
        return count;
    }

    private static async Task RemoveAsync(IChannel channel, List<(ulong Tag, Task Published)> moving)
    {
        foreach (var (tag, published) in moving)
        {
            await published;
            await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None);
        }
        moving.Clear();
    }

    /// <remarks>A consumer, because to get them one by one takes the broker a write to its log for each.</remarks>
    private async IAsyncEnumerable<(ulong Tag, ParkedMessage Message, byte[] Body)> ReadAsync(
        IChannel channel, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = await channel.MessageCountAsync(topology.Parked, cancellationToken);
        if (left == 0)
            yield break;

        var arrived = Channel.CreateUnbounded<(ulong, ParkedMessage, byte[])>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            arrived.Writer.TryWrite((delivery.DeliveryTag, Read(delivery), delivery.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, 0, global: false, cancellationToken);
        var tag = await channel.BasicConsumeAsync(topology.Parked, autoAck: false, consumer, cancellationToken);
        for (; left > 0; left--)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            silence.CancelAfter(Silence);
            (ulong, ParkedMessage, byte[]) next;
            try
            {
                next = await arrived.Reader.ReadAsync(silence.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                break;
            }
            yield return next;
        }
        await channel.BasicCancelAsync(tag, cancellationToken: cancellationToken);
    }

    /// <summary>Reads a delivery from the queue of the parked messages.</summary>
    public static ParkedMessage Read(BasicDeliverEventArgs delivery)
    {
        var headers = delivery.BasicProperties.Headers;
        var key = MessageKey.Of(delivery.Body.Span);
        var at = DateTimeOffset.FromUnixTimeSeconds(delivery.BasicProperties.Timestamp.UnixTime);
        if (Text(headers, ReasonHeader) is { } reason)
            return new ParkedMessage(key, Number(headers, AttemptsHeader), reason, at);
        if (headers?.TryGetValue(DeathHeader, out var deaths) == true
            && deaths is IList<object> { Count: > 0 } list && list[0] is IDictionary<string, object?> death)
            return new ParkedMessage(
                key, 0, $"The broker gave it up ({Text(death, "reason")}): too many workers died of it, or left it.",
                death.TryGetValue("time", out var time) && time is AmqpTimestamp stamp ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime) : at);
        return new ParkedMessage(key, 0, "It carries no reason: another program put it here.", at);
    }

    private static string? Text(IDictionary<string, object?>? headers, string name) =>
        headers?.TryGetValue(name, out var value) == true
            ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), string text => text, _ => null }
            : null;

    private static int Number(IDictionary<string, object?>? headers, string name) =>
        headers?.TryGetValue(name, out var value) == true && value is int or long or short or byte
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : 0;
}
