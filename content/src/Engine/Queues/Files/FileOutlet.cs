namespace TaskQueue.Queues.Files;

/// <summary>Takes messages out of a file: ready ones are held for a while, parked ones stay parked until they are removed.</summary>
/// <param name="tasks">The ready ones.</param>
/// <param name="parked">The parked ones; null to take ready ones.</param>
internal sealed class FileOutlet(LeaseTable tasks, ParkedTable? parked) : IQueueOutlet
{
    /// <summary>After so long, the messages of a mover that died are anybody's; <c>release</c> ends it at once.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    private readonly HashSet<Lease> _held = [];
    private long _last = long.MinValue;

    public Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        var taken = parked is null
            ? tasks.Hold(max, Hold).ConvertAll(lease => new Taken(lease, null))
            : parked.Read(_last, max, withBodies: true).ConvertAll(task => new Taken(new Lease(task.Sequence, 0, null, false, task.Body), task.Parking));
        if (taken.Count > 0)
            _last = taken[^1].Lease.Sequence;
        if (parked is null)
            _held.UnionWith(taken.Select(message => message.Lease));
        return Task.FromResult<IReadOnlyList<TakenMessage>>(taken);
    }

    public Task RemoveAsync(IReadOnlyList<TakenMessage> messages)
    {
        var leases = messages.Cast<Taken>().Select(message => message.Lease).ToList();
        if (parked is null)
            tasks.Remove(leases);
        else
            parked.Remove(leases.Select(lease => lease.Sequence));
        _held.ExceptWith(leases);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (_held.Count > 0)
            tasks.GiveBack([.. _held], TimeSpan.Zero, refund: false);
        _held.Clear();
        return ValueTask.CompletedTask;
    }

    private sealed record Taken(Lease Lease, Parking? Parking) : TakenMessage(Lease.Body, Parking);
}
