using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Finds the queue and its dead-letter queue; once, when they are first needed.</summary>
internal sealed class SqsPlaces(SqsAddress address, SqsClient client, string location)
{
    /// <summary>What the dead-letter queue is called where no redrive policy names another.</summary>
    public const string DeadEnding = "_dead";

    /// <summary>A wrong address is to be known within 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly string[] All = ["All"];

    private readonly Lock _turn = new();
    private Task<(SqsPlace Main, SqsPlace? Dead)>? _found;

    /// <exception cref="TaskQueueException">There is no such queue, or it cannot be asked.</exception>
    public Task<(SqsPlace Main, SqsPlace? Dead)> FindAsync(CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (_found is null or { IsFaulted: true })
                _found = FindInTimeAsync();
            return _found.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What is there now, counts included.</summary>
    public async Task<(SqsPlace Main, SqsPlace? Dead)> ReadAgainAsync(CancellationToken cancellationToken)
    {
        var (main, dead) = await FindAsync(cancellationToken);
        var mainNow = DescribeAsync(main.Name, main.Url, cancellationToken);
        return (await mainNow, dead is null ? null : await DescribeAsync(dead.Name, dead.Url, cancellationToken));
    }

    public void Forget()
    {
        lock (_turn)
            _found = null;
    }

    private async Task<(SqsPlace Main, SqsPlace? Dead)> FindInTimeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var url = address.Url?.AbsoluteUri ?? await UrlOfAsync(new(address.Name), location, limit.Token);
            var main = await DescribeAsync(address.Name, url, limit.Token);
            return (main, await FindDeadAsync(main, limit.Token));
        }
        catch (OperationCanceledException e)
        {
            throw new TaskQueueException(
                ExitCode.Unavailable, $"'{location}' does not answer within {Patience.TotalSeconds} s.", next:
                "Check the network, and AWS_ENDPOINT_URL_SQS if it is set.", cause: e) { IsPassing = true };
        }
    }

    private async Task<SqsPlace?> FindDeadAsync(SqsPlace main, CancellationToken cancellationToken)
    {
        var request = main.Redrive is { } redrive
            ? new NameRequest(redrive.Name, redrive.Account)
            : new NameRequest(main.Name + DeadEnding);
        try
        {
            var url = await UrlOfAsync(request, request.QueueName, cancellationToken);
            return await DescribeAsync(request.QueueName, url, cancellationToken);
        }
        catch (TaskQueueException e) when (SqsErrors.IsNoQueue(e))
        {
            return null;
        }
    }

    private async Task<string> UrlOfAsync(NameRequest request, string place, CancellationToken cancellationToken) =>
        (await client.CallAsync<UrlAnswer>("GetQueueUrl", request, place, cancellationToken)).QueueUrl;

    private async Task<SqsPlace> DescribeAsync(string name, string url, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync<AttributesAnswer>(
            "GetQueueAttributes", new AttributesRequest(url, All), name == address.Name ? location : name, cancellationToken);
        return new SqsPlace(name, url, answer.Attributes ?? new Dictionary<string, string>());
    }
}
