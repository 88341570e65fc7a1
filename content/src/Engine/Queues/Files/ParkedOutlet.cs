namespace TaskQueue.Queues.Files;

/// <summary>Takes parked messages one after the other; they stay parked until they are removed.</summary>
internal sealed class ParkedOutlet(Database database) : IQueueOutlet
{
    private long _last = long.MinValue;

    public Task<IReadOnlyList<TakenMessage>> TakeAsync(int max, CancellationToken cancellationToken)
    {
        var taken = database.Read(connection => ParkedTable.Read(connection, _last, max));
        if (taken.Count > 0)
            _last = taken[^1].Sequence;
        return Task.FromResult<IReadOnlyList<TakenMessage>>([.. taken.Select(row => new Taken(row.Sequence, row.Body, row.Parking))]);
    }

    public Task RemoveAsync(IReadOnlyList<TakenMessage> messages)
    {
        database.Write(connection => ParkedTable.Remove(connection, messages.Cast<Taken>().Select(message => message.Sequence)));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed record Taken(long Sequence, ReadOnlyMemory<byte> Body, Parking? Parking) : TakenMessage(Body, Parking);
}
