using Amazon.SQS.Model;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Finds queues; the queue of TASKQUEUE_PATH and its dead-letter queue once, when they are first needed.</summary>
internal sealed class SqsQueueFinder(SqsAddress address, SqsClient client)
{
    /// <summary>What the dead-letter queue is called where no redrive policy names another.</summary>
    public const string DeadEnding = "_dead";

    /// <summary>A wrong address is to be known within 10 s.</summary>
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(8);

    private readonly Lock _turn = new();
    private Task<(SqsQueueInfo Main, SqsQueueInfo? Dead)>? _found;

    /// <exception cref="TaskQueueException">There is no such queue, or it cannot be asked.</exception>
    public Task<(SqsQueueInfo Main, SqsQueueInfo? Dead)> FindAsync(CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (_found is null or { IsFaulted: true })
                _found = FindInTimeAsync();
            return _found.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What is there now, counts included.</summary>
    public async Task<(SqsQueueInfo Main, SqsQueueInfo? Dead)> ReadAgainAsync(CancellationToken cancellationToken)
    {
        var (main, dead) = await FindAsync(cancellationToken);
        return (
            await DescribeAsync(main.Name, main.Url, cancellationToken),
            dead is null ? null : await DescribeAsync(dead.Name, dead.Url, cancellationToken));
    }

    /// <summary>The queues are looked for again when they are next needed.</summary>
    public void Forget()
    {
        lock (_turn)
            _found = null;
    }

    /// <param name="name">Any queue's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="account">Whose it is; null for our own.</param>
    /// <returns>Null when there is no such queue.</returns>
    public async Task<SqsQueueInfo?> TryFindAsync(string name, CancellationToken cancellationToken, string? account = null)
    {
        try
        {
            return await FindAsync(name, account, cancellationToken);
        }
        catch (TaskQueueException e) when (SqsErrors.IsNoQueue(e))
        {
            return null;
        }
    }

    public async Task<SqsQueueInfo> DescribeAsync(string name, string url, CancellationToken cancellationToken) =>
        new(name, url, await client.GetQueueAttributesAsync(url, ["All"], cancellationToken));

    private async Task<SqsQueueInfo> FindAsync(string name, string? account, CancellationToken cancellationToken)
    {
        var request = new GetQueueUrlRequest(name) { QueueOwnerAWSAccountId = account };
        return await DescribeAsync(name, (await client.GetQueueUrlAsync(request, cancellationToken)).QueueUrl, cancellationToken);
    }

    private async Task<(SqsQueueInfo Main, SqsQueueInfo? Dead)> FindInTimeAsync()
    {
        using var limit = new CancellationTokenSource(FindTimeout);
        try
        {
            var main = address.Url is { } url
                ? await DescribeAsync(address.Name, url.AbsoluteUri, limit.Token)
                : await FindAsync(address.Name, account: null, limit.Token);
            var dead = main.Redrive is { } redrive
                ? await TryFindAsync(redrive.Name, limit.Token, redrive.Account)
                : await TryFindAsync(main.Name + DeadEnding, limit.Token);
            return (main, dead);
        }
        catch (OperationCanceledException e)
        {
            throw new TaskQueueException(
                ExitCode.Unavailable, $"'{client.Location}' does not answer within {FindTimeout.TotalSeconds} s.", next:
                "Check the network, and AWS_ENDPOINT_URL_SQS if it is set.", cause: e)
            {
                IsTransient = true,
            };
        }
    }
}
