using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace TaskQueue.Queues.RabbitMq;

/// <summary>What a parked message says of itself: ours carry a reason, those of the broker how often they were delivered.</summary>
internal static class ParkedProperties
{
    private const string ReasonHeader = "task-reason";
    private const string AttemptsHeader = "task-attempts";

    /// <summary>The broker's own, see https://www.rabbitmq.com/docs/dlx.</summary>
    private const string DeathHeader = "x-death";

    /// <summary>Enough of a reason for a list; the failed record has the rest.</summary>
    private const int MostReasonLetters = 2000;

    public static BasicProperties Create(Parking parking) => new()
    {
        Persistent = true,
        ContentType = "application/json",
        MessageId = $"{Guid.NewGuid():N}",
        Timestamp = new AmqpTimestamp(parking.At.ToUnixTimeSeconds()),
        Headers = new Dictionary<string, object?>
        {
            [ReasonHeader] = parking.Reason.Length > MostReasonLetters ? parking.Reason[..MostReasonLetters] : parking.Reason,
            [AttemptsHeader] = parking.Attempts,
        },
    };

    public static Parking Read(IReadOnlyBasicProperties properties)
    {
        var (headers, at) = (properties.Headers, DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime));
        if (Text(headers, ReasonHeader) is { } reason)
            return new Parking(Number(headers, AttemptsHeader), reason, at);
        if (DeathOf(headers) is { } death)
            return new Parking(0, $"The broker gave it up ({Text(death, "reason")}): too many workers died of it, or left it.", TimeOf(death));
        return new Parking(0, "It carries no reason: another program put it here.", at);
    }

    /// <summary>Tells this parking of a message from a later one.</summary>
    public static string IdentityOf(IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body)
    {
        if (Text(properties.Headers, ReasonHeader) is not null && properties.MessageId is { Length: > 0 } id)
            return id;

        var death = DeathOf(properties.Headers);
        var times = death is null ? "" : $"{death.GetValueOrDefault("count")} {TimeOf(death).Ticks}";
        return $"{properties.MessageId} {properties.Timestamp.UnixTime} {times} {Convert.ToHexStringLower(SHA256.HashData(body))}";
    }

    private static Dictionary<string, object?>? DeathOf(IDictionary<string, object?>? headers) =>
        headers?.TryGetValue(DeathHeader, out var deaths) == true && deaths is IList<object> { Count: > 0 } list
        && list[0] is IDictionary<string, object?> death
            ? new Dictionary<string, object?>(death)
            : null;

    private static DateTimeOffset TimeOf(Dictionary<string, object?> death) =>
        DateTimeOffset.FromUnixTimeSeconds(death.GetValueOrDefault("time") is AmqpTimestamp time ? time.UnixTime : 0);

    private static string? Text(IDictionary<string, object?>? headers, string name) =>
        headers?.TryGetValue(name, out var value) == true
            ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), string text => text, _ => null }
            : null;

    private static int Number(IDictionary<string, object?>? headers, string name) =>
        headers?.TryGetValue(name, out var value) == true && value is int or long or short or byte
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : 0;
}
