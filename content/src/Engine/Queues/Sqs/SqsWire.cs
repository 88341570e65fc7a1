using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskQueue.Queues.Sqs;

/// <summary>
/// The parts of SQS's requests and answers that are used here
/// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference).
/// </summary>
internal static class SqsWire
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

internal sealed record NameRequest(string QueueName, string? QueueOwnerAWSAccountId = null);

internal sealed record UrlAnswer(string QueueUrl);

internal sealed record UrlRequest(string QueueUrl);

internal sealed record AttributesRequest(string QueueUrl, IReadOnlyList<string> AttributeNames);

internal sealed record AttributesAnswer(IReadOnlyDictionary<string, string>? Attributes);

internal sealed record CreateRequest(string QueueName, IReadOnlyDictionary<string, string> Attributes);

internal sealed record ChangeRequest(string QueueUrl, IReadOnlyDictionary<string, string> Attributes);

internal sealed record ReceiveRequest(
    string QueueUrl, int MaxNumberOfMessages, int VisibilityTimeout, int WaitTimeSeconds,
    IReadOnlyList<string> MessageSystemAttributeNames, IReadOnlyList<string>? MessageAttributeNames);

internal sealed record ReceiveAnswer(IReadOnlyList<ReceivedMessage>? Messages);

internal sealed record ReceivedMessage(
    string MessageId, string ReceiptHandle, [property: JsonConverter(typeof(Utf8TextConverter))] ReadOnlyMemory<byte> Body,
    SystemAttributes? Attributes, IReadOnlyDictionary<string, MessageAttribute>? MessageAttributes);

/// <param name="ApproximateReceiveCount">How often the message was delivered, this time counted.</param>
/// <param name="SentTimestamp">When it was sent, in milliseconds since 1970.</param>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
internal sealed record SystemAttributes(int? ApproximateReceiveCount, long? SentTimestamp);

internal sealed record MessageAttribute(string DataType, string? StringValue);

/// <summary>Entries of one of the batch actions, at most ten.</summary>
internal sealed record BatchRequest(string QueueUrl, IReadOnlyList<BatchEntry> Entries);

/// <summary>One entry; each action uses some of its properties.</summary>
internal sealed record BatchEntry(string Id)
{
    [JsonConverter(typeof(Utf8TextConverter))]
    public ReadOnlyMemory<byte>? MessageBody { get; init; }

    public IReadOnlyDictionary<string, MessageAttribute>? MessageAttributes { get; init; }

    public string? ReceiptHandle { get; init; }

    /// <summary>In seconds.</summary>
    public int? VisibilityTimeout { get; init; }
}

internal sealed record BatchAnswer(IReadOnlyList<BatchFailure>? Failed);

internal sealed record BatchFailure(string Id, string Code, bool SenderFault, string? Message);

internal sealed record SqsErrorBody(
    [property: JsonPropertyName("__type")] string? Type, [property: JsonPropertyName("message")] string? Message);

internal sealed record Nothing;
