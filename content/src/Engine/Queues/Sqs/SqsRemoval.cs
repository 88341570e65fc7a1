using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Empties and removes queues.</summary>
internal sealed class SqsRemoval(SqsClient client, string location)
{
    /// <summary>Amazon allows one purge a minute, which may remove also what is sent until that minute is over.</summary>
    private static readonly TimeSpan PurgeTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Returns when new messages are safe.</summary>
    public async Task PurgeAsync(IReadOnlyList<SqsPlace> places, CancellationToken cancellationToken)
    {
        foreach (var place in places)
            await PurgeAsync(place, cancellationToken);
        if (client.IsAmazon)
            await Task.Delay(PurgeTime, cancellationToken);
    }

    public async Task DeleteAsync(IReadOnlyList<SqsPlace> places, CancellationToken cancellationToken)
    {
        foreach (var place in places)
            await client.CallAsync<Nothing>("DeleteQueue", new UrlRequest(place.Url), location, cancellationToken);
    }

    private async Task PurgeAsync(SqsPlace place, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                await client.CallAsync<Nothing>("PurgeQueue", new UrlRequest(place.Url), location, cancellationToken);
                return;
            }
            catch (TaskQueueException e) when (e.IsPassing && waited <= PurgeTime)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
