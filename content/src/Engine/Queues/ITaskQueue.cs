namespace TaskQueue.Queues;

/// <summary>What every kind of queue can do.</summary>
public interface ITaskQueue : IAsyncDisposable
{
    /// <summary>Where it is, for people; without a password.</summary>
    string Location { get; }

    /// <summary>The longest body that one message can have, in bytes.</summary>
    ValueTask<int> GetMaxMessageBytesAsync(CancellationToken cancellationToken);

    /// <summary>For how long after a change the counts may be wrong; zero where they are exact.</summary>
    TimeSpan CountsLag => TimeSpan.Zero;

    /// <summary>Looks for what works but should be changed about the queue.</summary>
    /// <returns>One line each; none when all is well.</returns>
    /// <exception cref="Contracts.TaskQueueException">There is no such queue, or it cannot be asked.</exception>
    Task<IReadOnlyList<string>> FindWarningsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Makes the queue, with all that belongs to it, where it is missing.</summary>
    /// <returns>What was made, and what its users have to be allowed, one line each.</returns>
    Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Queues messages in batches; what was reported is durable.</summary>
    /// <param name="messages">Consumed lazily, once, on one thread.</param>
    /// <param name="confirmed">Told after each batch how many messages were newly queued and how many were there already.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    Task InsertAsync(
        IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken);

    /// <summary>Queues what is left of a group, and returns when it is durable; the group itself is acknowledged by its receiver.</summary>
    async Task PublishAsync(GroupRest rest)
    {
        if (rest.Ready.Count > 0)
            await InsertAsync(rest.Ready, _ => { }, CancellationToken.None);
        if (rest.Parked.Count > 0)
            await AddParkedMessagesAsync(rest.Parked, CancellationToken.None);
    }

    /// <summary>Whether <see cref="CountAsync"/> counts the rows of groups, and not their messages.</summary>
    bool CountsRows => false;

    Task<QueueCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>Counts messages by the names of their runs; those that name none are under the empty name.</summary>
    /// <returns>Null where the queue cannot tell them apart.</returns>
    Task<IReadOnlyDictionary<string, QueueCounts>?> CountByRunAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, QueueCounts>?>(null);

    /// <summary>Counts the messages that rest before their next attempt, where the queue knows of such.</summary>
    Task<DelayedTasks> CountDelayedAsync(CancellationToken cancellationToken) => Task.FromResult(default(DelayedTasks));

    /// <summary>Looks for the message of a row.</summary>
    Task<MessageState> FindAsync(string task, string id, CancellationToken cancellationToken) => Task.FromResult(MessageState.Unknown);

    /// <summary>Removes the messages of a run that nobody holds.</summary>
    /// <param name="run">Its name.</param>
    /// <param name="withParked">Whether the parked ones go too.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many; none where the queue cannot tell them apart: its workers drop them.</returns>
    Task<long> RemoveRunAsync(string run, bool withParked, CancellationToken cancellationToken) => Task.FromResult(0L);

    /// <summary>Lists the parked messages, some at a time.</summary>
    IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync(CancellationToken cancellationToken);

    /// <summary>When leases end that cannot be ended from outside, for people; null where a release ends them.</summary>
    string? EndOfLeases => null;

    /// <summary>Puts parked messages back with no attempts counted.</summary>
    /// <param name="selected">True for those to put back.</param>
    /// <param name="requeued">Told of each batch when it is back, once; may run for several batches at once.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    Task RequeueAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken);

    /// <summary>Opens a way out for messages that nobody holds.</summary>
    /// <param name="parked">Whether for the parked ones; else for those that are ready.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    Task<IQueueOutlet> OpenOutletAsync(bool parked, CancellationToken cancellationToken);

    /// <summary>Adds messages that were parked in another queue; they are durable when it returns.</summary>
    Task AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken);

    /// <summary>Ends every lease: the messages are ready again, and their workers can no longer acknowledge them.</summary>
    /// <returns>How many were released.</returns>
    Task<long> ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Removes every message, the leased and parked ones too.</summary>
    /// <param name="progress">Told how many were removed so far.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many were removed.</returns>
    Task<long> PurgeAsync(Action<long> progress, CancellationToken cancellationToken);

    /// <summary>Removes the queue itself.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);
}
