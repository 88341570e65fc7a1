using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace TaskQueue.Queues.Sqs;

/// <summary>What a parked message says about itself, beside its body.</summary>
internal static class ParkedAttributes
{
    /// <summary>More than the attributes of a message ever take.</summary>
    public const int MostBytes = 8192;

    private const string Reason = "reason";
    private const string Deliveries = "deliveries";
    private const string ParkedAt = "parked_at";
    private const int MostCharacters = 1000;

    public static IReadOnlyDictionary<string, MessageAttribute> Of(string reason, int deliveries, DateTimeOffset parkedAt) =>
        new Dictionary<string, MessageAttribute>
        {
            [Reason] = new("String", Allowed(reason)),
            [Deliveries] = new("Number", deliveries.ToString(CultureInfo.InvariantCulture)),
            [ParkedAt] = new("String", parkedAt.ToString("O", CultureInfo.InvariantCulture)),
        };

    public static ParkedMessage Read(ReceivedMessage message)
    {
        var parkedAt = Find(message, ParkedAt) is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : SentAt(message);
        _ = int.TryParse(Find(message, Deliveries), NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries);
        return new ParkedMessage(
            KeyOf(message), deliveries,
            Find(message, Reason) ?? "SQS delivered it too often: its workers died, or could not say how it ended.", parkedAt);
    }

    /// <summary>Task and id of the body; what is no task message goes by its SQS id.</summary>
    private static MessageKey KeyOf(ReceivedMessage message)
    {
        try
        {
            var body = JsonSerializer.Deserialize<TaskMessage>(message.Body.Span, JsonSerializerOptions.Web);
            return body is { Task.Length: > 0, Id.Length: > 0 } ? new(body.Task, body.Id) : new("", message.MessageId);
        }
        catch (JsonException)
        {
            return new("", message.MessageId);
        }
    }

    /// <summary>SQS keeps the time of the first insert, also when it moves a message by itself.</summary>
    private static DateTimeOffset SentAt(ReceivedMessage message) =>
        DateTimeOffset.FromUnixTimeMilliseconds(message.Attributes?.SentTimestamp ?? 0);

    private static string? Find(ReceivedMessage message, string name) =>
        message.MessageAttributes is { } attributes && attributes.TryGetValue(name, out var attribute) ? attribute.StringValue : null;

    /// <summary>SQS takes no empty values, and of characters those of XML 1.0.</summary>
    private static string Allowed(string reason)
    {
        var text = string.Concat(reason.EnumerateRunes().Take(MostCharacters)
            .Select(one => one.IsBmp && !XmlConvert.IsXmlChar((char)one.Value) ? Rune.ReplacementChar : one));
        return text.Length == 0 ? "?" : text;
    }
}
