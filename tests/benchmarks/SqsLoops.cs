using System.Diagnostics;
using System.Text;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Sqs;

namespace TaskQueue.Benchmarks;

/// <summary>What our client of SQS can do at best: full batches, sixteen at once, and nothing else.</summary>
internal static class SqsLoops
{
    private const int RequestsAtOnce = 16;

    /// <summary>A message as insert-tasks writes it.</summary>
    private const string Message =
        """{"v":1,"id":"864691135000054321","task":"empty","run":"20260501-120000-1a2b","build":"1.0.0","row":54321,"total":100000,"parameters":{"id":864691135000054321,"area":27160.5,"name":"cell 54321","wanted":true,"tile":21}}""";

    private static readonly string[] Attributes = ["ApproximateReceiveCount"];
    private static readonly ReadOnlyMemory<byte> Body = Encoding.UTF8.GetBytes(Message);

    /// <returns>Messages per second from the first connection to the last answer, and megabytes.</returns>
    public static async Task<double[]> InsertAsync(string queue, int messages)
    {
        var started = Stopwatch.GetTimestamp();
        var (client, url) = await ConnectAsync(queue);
        var batches = messages / SqsBatches.Size;
        await Task.WhenAll(Enumerable.Range(0, RequestsAtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref batches) >= 0)
                await AskAsync(client, "SendMessageBatch", url, index => new BatchEntry(SqsBatches.Ids[index]) { MessageBody = Body }, SqsBatches.Size);
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
                await AskAsync(client, "DeleteMessageBatch", url, index => new BatchEntry(SqsBatches.Ids[index]) { ReceiptHandle = messages[index].ReceiptHandle }, messages.Count);
                var before = Interlocked.Add(ref drained, messages.Count) - messages.Count;
                if (before < warmUp && before + messages.Count >= warmUp)
                    first = QueueRoles.Now();
            }
        }));
        return [first, QueueRoles.Now(), drained - warmUp, Child.PeakMemory()];
    }

    private static async Task<(SqsClient Client, string Url)> ConnectAsync(string queue)
    {
        var parts = queue.Split("://");
        var address = SqsAddress.Parse(new QueueAddress(parts[0], parts[1], "/", new QueueLimits()));
        var client = SqsClients.Create(address);
        return (client, (await client.CallAsync<UrlAnswer>("GetQueueUrl", new NameRequest(address.Name), queue)).QueueUrl);
    }

    private static async Task AskAsync(SqsClient client, string action, string url, Func<int, BatchEntry> entry, int count)
    {
        var answer = await client.CallAsync<BatchAnswer>(action, new BatchRequest(url, [.. Enumerable.Range(0, count).Select(entry)]), url);
        if (answer.Failed is { Count: > 0 } failed)
            throw new InvalidOperationException(failed[0].Code);
    }

    private static async Task<IReadOnlyList<ReceivedMessage>> ReceiveAsync(SqsClient client, string url) =>
        (await client.CallAsync<ReceiveAnswer>("ReceiveMessage", new ReceiveRequest(url, SqsBatches.Size, 60, 0, Attributes, null), url)).Messages ?? [];
}
