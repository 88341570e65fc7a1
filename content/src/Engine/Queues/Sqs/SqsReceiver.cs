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
/// <param name="location">The queue, for people.</param>
internal sealed class SqsReceiver(SqsClient client, TimeProvider clock, bool parked, string location)
{
    /// <summary>The most that one request receives.</summary>
    public const int BatchSize = 10;

    private const int RequestsAtOnce = 16;
    private const int WaitSeconds = 1;

    private readonly string[] _systemAttributes = parked ? ["ApproximateReceiveCount", "SentTimestamp"] : ["ApproximateReceiveCount"];
    private readonly string[]? _attributes = parked ? ["All"] : null;

    /// <param name="queueUrl">Where.</param>
    /// <param name="max">The most messages.</param>
    /// <param name="visibility">How long nobody else receives them.</param>
    /// <param name="wait">Whether to go straight to the request that waits.</param>
    /// <returns>The messages, and the moment by <paramref name="clock"/> from which they are invisible at the latest.</returns>
    public async Task<(IReadOnlyList<ReceivedMessage> Messages, long Since)> ReceiveAsync(
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

    private async Task<IReadOnlyList<ReceivedMessage>> ReceiveAtOnceAsync(string queueUrl, int max, TimeSpan visibility)
    {
        var requests = Math.Clamp((max + BatchSize - 1) / BatchSize, 1, RequestsAtOnce);
        var answers = Enumerable.Range(0, requests)
            .Select(index => AskAsync(queueUrl, max - (index * BatchSize), visibility, 0)).ToList();
        var messages = new List<ReceivedMessage>();
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
        // What one request brought is not to be lost because another failed.
        return failure is null || messages.Count > 0 ? messages : throw failure;
    }

    private async Task<IReadOnlyList<ReceivedMessage>> AskAsync(string queueUrl, int max, TimeSpan visibility, int waitSeconds)
    {
        var request = new ReceiveRequest(
            queueUrl, Math.Min(max, BatchSize), Seconds(visibility), waitSeconds, _systemAttributes, _attributes);
        var answer = await client.CallAsync<ReceiveAnswer>("ReceiveMessage", request, location, CancellationToken.None);
        return answer.Messages ?? [];
    }
}
