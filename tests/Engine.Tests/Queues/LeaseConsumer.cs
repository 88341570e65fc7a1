using TaskQueue.Queues;

namespace TaskQueue.Tests.Queues;

/// <summary>A consumer of a queue that is leased by the pump.</summary>
internal sealed class LeaseConsumer(ILeaseQueue queue, int most) : IQueueConsumer
{
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);

    /// <summary>The shortest that all queues know: SQS counts in seconds.</summary>
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(1);

    private readonly List<Lease> _held = [];

    public async Task<IReadOnlyList<Taken>> TakeAsync()
    {
        var leases = await queue.LeaseAsync(most - _held.Count, LongLease, TestContext.Current.CancellationToken);
        _held.AddRange(leases);
        return [.. leases.Select(lease => new Taken(lease.Body.ToArray(), lease.IsRepeat || lease.IsSuspect, lease))];
    }

    public async Task<bool> AcknowledgeAsync(Taken message) => (await queue.AcknowledgeAsync([LetGo(message)]))[0];

    public async Task<bool> GiveBackAsync(Taken message) => (await queue.GiveBackAsync([LetGo(message)], TimeSpan.Zero, refund: true))[0];

    public Task<bool> ParkAsync(Taken message, string reason) => queue.ParkAsync(LetGo(message), reason);

    public Task<bool> KeepAsync(Taken message) => Task.FromResult(queue.Renew([(Lease)message.Handle], LongLease)[0] == Renewal.Held);

    public async Task LoseAllAsync()
    {
        lock (_held)
            queue.Renew(_held, ShortLease);
        _held.Clear();
        // Leases end by the queue's clock: there is nothing else to wait for.
        await Task.Delay(ShortLease + TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => queue.DisposeAsync();

    private Lease LetGo(Taken message)
    {
        lock (_held)
            _held.Remove((Lease)message.Handle);
        return (Lease)message.Handle;
    }
}
