using System.Globalization;
using System.Text;
using System.Xml;
using Amazon.SQS;
using Amazon.SQS.Model;

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

    public static Dictionary<string, MessageAttributeValue> Of(Parking parking) => new()
    {
        [Reason] = new() { DataType = "String", StringValue = Allowed(parking.Reason) },
        [Deliveries] = new() { DataType = "Number", StringValue = parking.Attempts.ToString(CultureInfo.InvariantCulture) },
        [ParkedAt] = new() { DataType = "String", StringValue = parking.At.ToString("O", CultureInfo.InvariantCulture) },
    };

    public static Parking Read(Message message)
    {
        var parkedAt = Find(message, ParkedAt) is { } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : SentAt(message);
        _ = int.TryParse(Find(message, Deliveries), NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries);
        return new Parking(
            deliveries, Find(message, Reason) ?? "SQS delivered it too often: its workers died, or could not say how it ended.", parkedAt);
    }

    /// <summary>SQS keeps the time of the first insert, also when it moves a message by itself.</summary>
    private static DateTimeOffset SentAt(Message message)
    {
        _ = long.TryParse(
            message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.SentTimestamp), CultureInfo.InvariantCulture, out var milliseconds);
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }

    private static string? Find(Message message, string name) => message.MessageAttributes?.GetValueOrDefault(name)?.StringValue;

    /// <summary>SQS takes no empty values, and of characters those of XML 1.0.</summary>
    private static string Allowed(string reason)
    {
        var text = string.Concat(reason.EnumerateRunes().Take(MostCharacters)
            .Select(one => one.IsBmp && !XmlConvert.IsXmlChar((char)one.Value) ? Rune.ReplacementChar : one));
        return text.Length == 0 ? "?" : text;
    }
}
