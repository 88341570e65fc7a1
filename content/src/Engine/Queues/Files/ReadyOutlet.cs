namespace TaskQueue.Queues.Files;

/// <summary>Takes ready messages for a while, without counting an attempt.</summary>
internal sealed class ReadyOutlet(Database database, LeaseTable leases) : IQueueOutlet
{
    /// <summary>After so long, the messages of a mover that died are anybody's; <c>release</c> ends it at once.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(2);

    private readonly HashSet<Lease> _held = [];

    public Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        var taken = database.Write(connection => leases.Hold(connection, max, Hold));
        _held.UnionWith(taken);
        return Task.FromResult<IReadOnlyList<TakenMessage>>([.. taken.Select(lease => new Taken(lease))]);
    }

    public Task RemoveAsync(IReadOnlyList<TakenMessage> messages)
    {
        var done = messages.Cast<Taken>().Select(message => message.Lease).ToList();
        database.Write(connection => LeaseTable.Remove(connection, done));
        _held.ExceptWith(done);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (_held.Count > 0)
            database.Write(connection => LeaseTable.GiveBack(connection, [.. _held], TimeSpan.Zero, refund: false));
        _held.Clear();
        return ValueTask.CompletedTask;
    }

    private sealed record Taken(Lease Lease) : TakenMessage(Lease.Body, null);
}
