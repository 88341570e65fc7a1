using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Finds the queue and its dead-letter queue; once, when they are first needed.</summary>
internal sealed class SqsPlaces(SqsAddress address, SqsClient client, string location)
{
    /// <summary>What the dead-letter queue is called where no redrive policy names another.</summary>
    public const string DeadEnding = "_dead";

    /// <summary>A wrong address is to be known within 10 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly SqsDirectory _directory = new(client, location);
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
        return (
            await _directory.DescribeAsync(main.Name, main.Url, cancellationToken),
            dead is null ? null : await _directory.DescribeAsync(dead.Name, dead.Url, cancellationToken));
    }

    /// <summary>The queues are looked for again when they are next needed.</summary>
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
            var main = address.Url is { } url
                ? await _directory.DescribeAsync(address.Name, url.AbsoluteUri, limit.Token)
                : await _directory.FindAsync(new(address.Name), limit.Token);
            return (main, await FindDeadAsync(main, limit.Token));
        }
        catch (OperationCanceledException e)
        {
            throw new TaskQueueException(
                ExitCode.Unavailable, $"'{location}' does not answer within {Patience.TotalSeconds} s.", next:
                "Check the network, and AWS_ENDPOINT_URL_SQS if it is set.", cause: e) { IsPassing = true };
        }
    }

    private Task<SqsPlace?> FindDeadAsync(SqsPlace main, CancellationToken cancellationToken) => _directory.TryFindAsync(
        main.Redrive is { } redrive ? new(redrive.Name, redrive.Account) : new(main.Name + DeadEnding), cancellationToken);
}
