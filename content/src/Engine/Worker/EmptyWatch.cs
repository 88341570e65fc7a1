using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Decides that a queue is empty: nothing ready and nothing leased, several times in a row.</summary>
/// <param name="queue">The queue.</param>
/// <param name="polls">How many times.</param>
/// <param name="interval">The time between two of them.</param>
internal sealed class EmptyWatch(ITaskQueue queue, int polls, TimeSpan interval)
{
    public TimeSpan Interval { get; } = interval;

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            if (poll > 0)
                await Task.Delay(Interval, cancellationToken);
            if (await queue.CountAsync(cancellationToken) is not { Ready: 0, Leased: 0 })
                return false;
        }
        return true;
    }
}
