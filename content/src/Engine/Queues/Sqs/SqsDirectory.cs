using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Looks queues up.</summary>
internal sealed class SqsDirectory(SqsClient client, string location)
{
    private static readonly string[] All = ["All"];

    /// <returns>Null when there is no such queue.</returns>
    public async Task<SqsPlace?> TryFindAsync(NameRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(request, cancellationToken);
        }
        catch (TaskQueueException e) when (SqsErrors.IsNoQueue(e))
        {
            return null;
        }
    }

    /// <exception cref="TaskQueueException">There is no such queue (78).</exception>
    public async Task<SqsPlace> FindAsync(NameRequest request, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync<UrlAnswer>("GetQueueUrl", request, location, cancellationToken);
        return await DescribeAsync(request.QueueName, answer.QueueUrl, cancellationToken);
    }

    public async Task<SqsPlace> DescribeAsync(string name, string url, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync<AttributesAnswer>(
            "GetQueueAttributes", new AttributesRequest(url, All), location, cancellationToken);
        return new SqsPlace(name, url, answer.Attributes ?? new Dictionary<string, string>());
    }
}
