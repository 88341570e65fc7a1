using TaskQueue.Contracts;

namespace TaskQueue.Client;

/// <summary>Asks queue or store again while they are away, for five minutes.</summary>
internal sealed class Patience(TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public Task RetryAsync(Func<Task> call, CancellationToken cancellationToken) => RetryAsync(
        async () =>
        {
            await call();
            return true;
        },
        cancellationToken);

    public async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var (backoff, started) = (new Backoff(), clock.GetTimestamp());
        while (true)
        {
            try
            {
                return await call();
            }
            catch (TaskQueueException e) when (e.IsTransient && clock.GetElapsedTime(started) < Longest)
            {
                await backoff.WaitAsync(clock, cancellationToken);
            }
        }
    }
}
