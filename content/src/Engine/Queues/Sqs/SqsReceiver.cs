using Amazon.SQS;
using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Receives messages: several requests at once when many are wanted, one that waits when there are none.</summary>
/// <remarks>
/// A request that is cancelled would take its messages along: nobody would see them until their visibility ends. So
/// requests are never cancelled, and wait no longer than a worker may take to leave.
/// </remarks>
/// <param name="client">Asks.</param>
/// <param name="clock">Times the answers.</param>
/// <param name="parked">Whether the messages are parked ones, which say more than how often they were delivered.</param>
internal sealed class SqsReceiver(SqsClient client, TimeProvider clock, bool parked)
{
    private const int WaitSeconds = 1;

    private static readonly List<string> All = ["All"];

    private readonly List<string> _systemAttributes = parked ? All : [MessageSystemAttributeName.ApproximateReceiveCount];
    private readonly List<string>? _attributes = parked ? All : null;

    /// <param name="queueUrl">Where.</param>
    /// <param name="max">The most messages.</param>
    /// <param name="visibility">How long nobody else receives them.</param>
    /// <param name="wait">Whether to go straight to the request that waits.</param>
    /// <returns>The messages, and the moment by <paramref name="clock"/> from which they are invisible at the latest.</returns>
    public async Task<(IReadOnlyList<Message> Messages, long Since)> ReceiveAsync(
        string queueUrl, int max, TimeSpan visibility, bool wait)
    {
        var since = clock.GetTimestamp();
        var messages = wait ? [] : await ReceiveAtOnceAsync(queueUrl, max, visibility);
        if (messages.Count > 0)
            return (messages, since);

        // Asked to be invisible for so much longer, they may come at the end of the wait.
        since = clock.GetTimestamp() + (WaitSeconds * clock.TimestampFrequency);
        return (await AskAsync(queueUrl, max, visibility + TimeSpan.FromSeconds(WaitSeconds), WaitSeconds), since);
    }

    /// <summary>Whole seconds, as SQS counts.</summary>
    public static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private async Task<IReadOnlyList<Message>> ReceiveAtOnceAsync(string queueUrl, int max, TimeSpan visibility)
    {
        var requests = Math.Clamp((max + SqsBatches.Size - 1) / SqsBatches.Size, 1, SqsBatches.RequestsAtOnce);
        var answers = Enumerable.Range(0, requests)
            .Select(index => AskAsync(queueUrl, max - (index * SqsBatches.Size), visibility, 0)).ToList();
        var messages = new List<Message>();
        TaskQueueException? failure = null;
        foreach (var answer in answers)
        {
            try
            {
                messages.AddRange(await answer);
            }
            catch (TaskQueueException e)
            {
                failure = e;
            }
        }
        // The answer of one request is not lost when another fails.
        return failure is null || messages.Count > 0 ? messages : throw failure;
    }

    private async Task<List<Message>> AskAsync(string queueUrl, int max, TimeSpan visibility, int waitSeconds)
    {
        var answer = await client.ReceiveMessageAsync(new ReceiveMessageRequest(queueUrl)
        {
            MaxNumberOfMessages = Math.Min(max, SqsBatches.Size),
            VisibilityTimeout = Seconds(visibility),
            WaitTimeSeconds = waitSeconds,
            MessageSystemAttributeNames = _systemAttributes,
            MessageAttributeNames = _attributes,
        });
        return answer.Messages ?? [];
    }
}
