using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>Empties and removes queues.</summary>
internal sealed class SqsRemoval(SqsClient client)
{
    /// <summary>Amazon allows one purge a minute, which may remove also what is sent until that minute is over.</summary>
    private static readonly TimeSpan PurgeTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Returns when new messages are safe.</summary>
    public async Task PurgeAsync(IReadOnlyList<SqsQueueInfo> queues, CancellationToken cancellationToken)
    {
        foreach (var queue in queues)
            await PurgeAsync(queue, cancellationToken);
        if (client.IsAmazon)
            await Task.Delay(PurgeTime, cancellationToken);
    }

    public async Task DeleteAsync(IReadOnlyList<SqsQueueInfo> queues, CancellationToken cancellationToken)
    {
        foreach (var queue in queues)
            await client.DeleteQueueAsync(queue.Url, cancellationToken);
    }

    private async Task PurgeAsync(SqsQueueInfo queue, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                await client.PurgeQueueAsync(queue.Url, cancellationToken);
                return;
            }
            catch (TaskQueueException e) when (e.IsTransient && waited <= PurgeTime)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
