namespace TaskQueue.Queues;

/// <summary>A queue whose messages are leased, renewed and acknowledged one by one by our own pump.</summary>
/// <remarks>Every lease carries a token: a worker that lost the lease can no longer change the message.</remarks>
public interface ILeaseQueue : ITaskQueue
{
    /// <summary>Leases up to <paramref name="max"/> messages that are due, waiting a little while there is none.</summary>
    /// <param name="max">The most.</param>
    /// <param name="duration">How long nobody else may have them.</param>
    /// <param name="isHeld">
    /// Whether this worker has a message in its hands, by <see cref="Lease.Sequence"/>. Such a message is not leased again,
    /// even when its lease has run out meanwhile: a worker is no suspect to itself.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The leases; none when nothing came. A message whose last lease expired is a suspect and comes alone, so that its
    /// neighbours are not charged when it kills the worker.
    /// </returns>
    Task<IReadOnlyList<Lease>> LeaseAsync(int max, TimeSpan duration, Func<long, bool> isHeld, CancellationToken cancellationToken);

    /// <summary>Counts the attempt at a suspect, just before it starts: a worker that dies while the suspect waits does not charge it.</summary>
    /// <remarks>Nothing to do where the records count the attempts.</remarks>
    /// <returns>Whether the lease was still held.</returns>
    Task<bool> CountAttemptAsync(Lease suspect) => Task.FromResult(true);

    /// <summary>Removes messages that are done.</summary>
    /// <returns>For each lease, whether it was still held.</returns>
    Task<bool[]> AcknowledgeAsync(IReadOnlyList<Lease> leases);

    /// <summary>Extends leases to <paramref name="duration"/> from now, on the caller's thread.</summary>
    /// <returns>For each lease, whether it is still held, as far as that can be told.</returns>
    Renewal[] Renew(IReadOnlyList<Lease> leases, TimeSpan duration);

    /// <summary>Makes messages ready again after a delay.</summary>
    /// <param name="leases">What to give back.</param>
    /// <param name="delay">How long nobody may lease them.</param>
    /// <param name="refund">Whether the attempt does not count, as when a worker leaves before the task ended.</param>
    /// <returns>For each lease, whether it was still held.</returns>
    Task<bool[]> GiveBackAsync(IReadOnlyList<Lease> leases, TimeSpan delay, bool refund);

    /// <summary>Queues what is left of a group, and removes its message once that is durable.</summary>
    /// <returns>Whether the lease was still held.</returns>
    async Task<bool> SplitAsync(Lease lease, GroupRest rest)
    {
        await PublishAsync(rest);
        return (await AcknowledgeAsync([lease]))[0];
    }

    /// <summary>Parks a message where it is listed and can be put back.</summary>
    /// <param name="lease">Which.</param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="attempts">How many attempts were made, as the list of the parked messages shows them.</param>
    /// <returns>Whether the lease was still held.</returns>
    Task<bool> ParkAsync(Lease lease, string reason, int attempts);
}

/// <summary>What came of a renewal.</summary>
public enum Renewal
{
    /// <summary>The queue could not be asked: the lease is as it was.</summary>
    Unknown,

    /// <summary>The lease is held, and extended.</summary>
    Held,

    /// <summary>Somebody else may have the message.</summary>
    Lost,
}
