using System.Diagnostics;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace TaskQueue.Benchmarks;

/// <summary>What the AWS SDK's client of SQS can do at best: full batches, sixteen at once, and nothing else.</summary>
internal static class SqsLoops
{
    private const int RequestsAtOnce = 16;
    private const int BatchSize = 10;

    /// <summary>A message as insert-tasks writes it.</summary>
    private const string Message =
        """{"v":1,"id":"864691135000054321","task":"empty","run":"20260501-120000-1a2b","build":"1.0.0","row":54321,"total":100000,"parameters":{"id":864691135000054321,"area":27160.5,"name":"cell 54321","wanted":true,"tile":21}}""";

    /// <returns>Messages per second from the first connection to the last answer, and megabytes.</returns>
    public static async Task<double[]> InsertAsync(string queue, int messages)
    {
        var started = Stopwatch.GetTimestamp();
        var (client, url) = await ConnectAsync(queue);
        var batches = messages / BatchSize;
        await Task.WhenAll(Enumerable.Range(0, RequestsAtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref batches) >= 0)
            {
                var entries = Enumerable.Range(0, BatchSize).Select(index => new SendMessageBatchRequestEntry($"{index}", Message));
                Check((await client.SendMessageBatchAsync(url, [.. entries])).Failed);
            }
        }));
        return [messages / Stopwatch.GetElapsedTime(started).TotalSeconds, Child.PeakMemory()];
    }

    /// <returns>The moment after a warm-up and the last one in seconds, messages between them, and megabytes.</returns>
    public static async Task<double[]> DrainAsync(string queue, int warmUp)
    {
        var (client, url) = await ConnectAsync(queue);
        var (first, drained) = (QueueRoles.Now(), 0);
        await Task.WhenAll(Enumerable.Range(0, RequestsAtOnce).Select(async _ =>
        {
            while (await ReceiveAsync(client, url) is { Count: > 0 } messages)
            {
                var entries = messages.Select((message, index) => new DeleteMessageBatchRequestEntry($"{index}", message.ReceiptHandle));
                Check((await client.DeleteMessageBatchAsync(url, [.. entries])).Failed);
                var before = Interlocked.Add(ref drained, messages.Count) - messages.Count;
                if (before < warmUp && before + messages.Count >= warmUp)
                    first = QueueRoles.Now();
            }
        }));
        return [first, QueueRoles.Now(), drained - warmUp, Child.PeakMemory()];
    }

    /// <summary>With the SDK's own settings.</summary>
    private static async Task<(AmazonSQSClient Client, string Url)> ConnectAsync(string queue)
    {
        var client = new AmazonSQSClient(new AmazonSQSConfig { AuthenticationRegion = "us-east-1" });
        return (client, (await client.GetQueueUrlAsync(queue[(queue.LastIndexOf('/') + 1)..])).QueueUrl);
    }

    private static async Task<List<Message>?> ReceiveAsync(AmazonSQSClient client, string url) =>
        (await client.ReceiveMessageAsync(new ReceiveMessageRequest(url)
        {
            MaxNumberOfMessages = BatchSize,
            VisibilityTimeout = 60,
            WaitTimeSeconds = 0,
            MessageSystemAttributeNames = ["ApproximateReceiveCount"],
        })).Messages;

    private static void Check(List<BatchResultErrorEntry>? failed)
    {
        if (failed is [var first, ..])
            throw new InvalidOperationException(first.Code);
    }
}
