using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;

namespace TaskQueue.Queues.Sqs;

/// <summary>A queue as the service describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">What requests call it.</param>
/// <param name="Answer">Its settings and counts.</param>
internal sealed record SqsQueueInfo(string Name, string Url, GetQueueAttributesResponse Answer)
{
    /// <summary>Of queues that do not say: the limit before August 2025.</summary>
    private const int OldMessageBytes = 256 * 1024;

    public int MaxMessageBytes => Answer.MaximumMessageSize is > 0 and var bytes ? bytes : OldMessageBytes;

    /// <summary>After so long SQS deletes a message, whether or not it was ever received.</summary>
    public TimeSpan? Retention => Answer.MessageRetentionPeriod is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Where messages go that were received too often; null when they go nowhere.</summary>
    public Redrive? Redrive =>
        Answer.Attributes?.GetValueOrDefault("RedrivePolicy") is { } json ? Sqs.Redrive.Parse(json) : null;

    public long Ready => (long)Answer.ApproximateNumberOfMessages + Answer.ApproximateNumberOfMessagesDelayed;

    public long Invisible => Answer.ApproximateNumberOfMessagesNotVisible;
}

/// <summary>A queue's redrive policy.</summary>
/// <param name="Account">Of the dead-letter queue.</param>
/// <param name="Name">The dead-letter queue.</param>
/// <param name="MaxReceiveCount">After so many deliveries SQS moves a message there.</param>
internal sealed record Redrive(string Account, string Name, int MaxReceiveCount)
{
    public static Redrive? Parse(string json)
    {
        using var policy = JsonDocument.Parse(json);
        var isWhole = policy.RootElement.TryGetProperty("deadLetterTargetArn", out var arn)
            & policy.RootElement.TryGetProperty("maxReceiveCount", out var count);
        // arn:aws:sqs:region:account:name; the count is a number, or a text in policies that were written by hand.
        return isWhole && arn.GetString()?.Split(':') is [_, _, _, _, var account, var name]
            ? new(account, name, int.Parse(count.ToString(), CultureInfo.InvariantCulture))
            : null;
    }
}
