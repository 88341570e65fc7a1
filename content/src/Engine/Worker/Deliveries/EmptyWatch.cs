using TaskQueue.Queues;

namespace TaskQueue.Worker.Deliveries;

/// <summary>
/// Decides that a queue is empty: nothing ready and nothing leased, several times in a row, and for as long as its
/// counts may be wrong.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="polls">How many times.</param>
/// <param name="interval">The time between two of them.</param>
/// <param name="clock">Measures it.</param>
internal sealed class EmptyWatch(ITaskQueue queue, int polls, TimeSpan interval, TimeProvider clock)
{
    private long? _emptySince;

    public TimeSpan Interval { get; } = interval;

    /// <summary>A task was leased.</summary>
    public void Reset() => _emptySince = null;

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        for (var poll = 0; poll < polls; poll++)
        {
            if (poll > 0)
                await Task.Delay(Interval, clock, cancellationToken);
            if (await queue.CountAsync(cancellationToken) is not { Ready: 0, Leased: 0 })
            {
                Reset();
                return false;
            }
        }
        _emptySince ??= clock.GetTimestamp();
        return clock.GetElapsedTime(_emptySince.Value) >= queue.CountsLag;
    }
}
