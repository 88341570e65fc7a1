using System.Globalization;
using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace TaskQueue.Queues.Sqs;

/// <summary>The messages in this worker's hands. SQS may deliver one again while its first copy is still being worked on.</summary>
internal sealed class ReceivedMessages(TimeProvider clock)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, SqsLease> _byId = new(StringComparer.Ordinal);
    private long _number;

    /// <param name="message">As it was received.</param>
    /// <param name="queueUrl">Where.</param>
    /// <param name="since">From when on, by the clock of this object.</param>
    /// <param name="duration">How long nobody else receives it.</param>
    /// <returns>Its lease; null when it is a copy of a message that is held, whose receipt is then the newer one.</returns>
    public SqsLease? Add(Message message, string queueUrl, long since, TimeSpan duration)
    {
        var expires = since + Ticks(duration);
        lock (_turn)
        {
            if (_byId.TryGetValue(message.MessageId, out var held))
            {
                (held.Handle, held.Received, held.Expires) = (message.ReceiptHandle, since, expires);
                return null;
            }
            var deliveries = DeliveriesOf(message);
            return _byId[message.MessageId] = new SqsLease(++_number, Encoding.UTF8.GetBytes(message.Body), message.MessageId, queueUrl, deliveries)
            {
                IsRepeat = deliveries > 1,
                Handle = message.ReceiptHandle,
                Received = since,
                Expires = expires,
            };
        }
    }

    /// <summary>The newest receipt of a lease; null when the lease is over or was given to somebody else.</summary>
    public string? HandleOf(SqsLease lease)
    {
        lock (_turn)
            return IsCurrent(lease) && !IsOver(lease) ? lease.Handle : null;
    }

    /// <summary>How long ago the message was last received.</summary>
    public TimeSpan AgeOf(SqsLease lease)
    {
        lock (_turn)
            return clock.GetElapsedTime(lease.Received);
    }

    /// <summary>Notes that a receipt is good for longer.</summary>
    public void Extend(SqsLease lease, string handle, long asked, TimeSpan duration)
    {
        lock (_turn)
            if (lease.Handle == handle)
                lease.Expires = asked + Ticks(duration);
    }

    /// <summary>Lets go of a message.</summary>
    /// <param name="lease">Which.</param>
    /// <param name="handle">The receipt that was used.</param>
    /// <returns>The receipt of a copy that arrived meanwhile, and has to be used too; else null.</returns>
    public string? Remove(SqsLease lease, string handle)
    {
        lock (_turn)
        {
            if (!IsCurrent(lease) || IsOver(lease))
                return null;
            if (lease.Handle != handle)
                return lease.Handle;
            _byId.Remove(lease.MessageId);
            return null;
        }
    }

    /// <summary>Nothing is held any more.</summary>
    public void Clear()
    {
        lock (_turn)
            _byId.Clear();
    }

    /// <summary>Forgets the messages whose time is over and that nobody has in hand here: they are anybody's.</summary>
    public void RemoveExpired(Func<long, bool> isHeld)
    {
        lock (_turn)
            foreach (var (id, _) in _byId.Where(held => IsOver(held.Value) && !isHeld(held.Value.Number)).ToList())
                _byId.Remove(id);
    }

    public long Now => clock.GetTimestamp();

    /// <summary>This one counted.</summary>
    private static int DeliveriesOf(Message message) =>
        message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.ApproximateReceiveCount) is { } count
            ? int.Parse(count, CultureInfo.InvariantCulture) : 1;

    private bool IsCurrent(SqsLease lease) => _byId.TryGetValue(lease.MessageId, out var held) && ReferenceEquals(held, lease);

    private bool IsOver(SqsLease lease) => clock.GetTimestamp() >= lease.Expires;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
