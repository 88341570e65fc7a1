using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Decides that a queue is empty: nothing ready and nothing leased, several times in a row.</summary>
internal sealed class EmptyWatch(ITaskQueue queue)
{
    private const int Polls = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        for (var poll = 0; poll < Polls; poll++)
        {
            if (poll > 0)
                await Task.Delay(Interval, cancellationToken);
            if (await queue.CountAsync(cancellationToken) is not { Ready: 0, Leased: 0 })
                return false;
        }
        return true;
    }
}
