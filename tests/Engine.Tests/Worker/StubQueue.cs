using TaskQueue.Queues;

namespace TaskQueue.Tests.Worker;

/// <summary>A queue whose methods all throw: a test overrides those that it needs.</summary>
internal abstract class StubQueue : ILeaseQueue
{
    public string Location => "stub";

    public virtual TimeSpan CountsLag => TimeSpan.Zero;

    public virtual Renewal[] Renew(IReadOnlyList<Lease> leases, TimeSpan duration) => throw new NotSupportedException();

    public virtual Task<QueueCounts> CountAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<int> GetMaxMessageBytesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task InsertAsync(IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Lease>> LeaseAsync(int max, TimeSpan duration, Func<long, bool> isHeld, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool[]> AcknowledgeAsync(IReadOnlyList<Lease> leases) => throw new NotSupportedException();

    public Task<bool[]> GiveBackAsync(IReadOnlyList<Lease> leases, TimeSpan delay, bool refund) => throw new NotSupportedException();

    public Task<bool> ParkAsync(Lease lease, string reason, int attempts) => throw new NotSupportedException();

    public virtual IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IQueueOutlet> OpenOutletAsync(bool parked, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken) => throw new NotSupportedException();

    public virtual Task RequeueAsync(Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> ReleaseAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> PurgeAsync(Action<long> progress, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
