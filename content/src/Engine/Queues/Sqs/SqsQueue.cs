using System.Runtime.CompilerServices;
using TaskQueue.Contracts;

namespace TaskQueue.Queues.Sqs;

/// <summary>A standard queue of Amazon SQS, with a dead-letter queue for parked messages.</summary>
/// <remarks>
/// SQS delivers at least once, and hides a delivered message for a while: that is the lease. Its deliveries are
/// counted, attempts are not.
/// </remarks>
internal sealed class SqsQueue : ILeaseQueue
{
    /// <summary>Amazon's counts "may not achieve consistency until at least 1 minute after the producers stop".</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(1);

    /// <summary>So many answers without a message, a second each; then there are pauses between the questions.</summary>
    private const int EagerPolls = 30;
    private static readonly TimeSpan PollPause = TimeSpan.FromSeconds(4);

    /// <summary>A worker that leaves waits so long for an answer that it asked for before.</summary>
    private static readonly TimeSpan LongestLate = TimeSpan.FromSeconds(1.8);

    private readonly SqsClient _client;
    private readonly string _name;
    private readonly QueueLimits _limits;
    private readonly SqsQueueFinder _finder;
    private readonly SqsBatches _batches;
    private readonly SqsReceiver _receiver;
    private readonly SqsReceiver _parkedReceiver;
    private readonly SqsSettler _settler;
    private readonly SqsRenewer _renewer;
    private readonly ReceivedMessages _received;
    private readonly DeadLetters _dead;
    private int _emptyPolls;
    private Task _late = Task.CompletedTask;

    /// <param name="address">Which queue.</param>
    /// <param name="client">For all but renewals.</param>
    /// <param name="renewals">See <see cref="SqsClients.CreateForRenewals"/>.</param>
    /// <param name="limits">What it is made with.</param>
    /// <param name="clock">By which leases end.</param>
    public SqsQueue(SqsAddress address, SqsClient client, SqsClient renewals, QueueLimits limits, TimeProvider clock)
    {
        (_client, _name, _limits) = (client, address.Name, limits);
        _finder = new SqsQueueFinder(address, client);
        _batches = new SqsBatches(client);
        _receiver = new SqsReceiver(client, clock, parked: false);
        _parkedReceiver = new SqsReceiver(client, clock, parked: true);
        _received = new ReceivedMessages(clock);
        _dead = new DeadLetters(_batches, _parkedReceiver, client.Location);
        _settler = new SqsSettler(_batches, _received, limits);
        _renewer = new SqsRenewer(renewals, _received);
    }

    public string Location => _client.Location;

    public TimeSpan CountsLag => _client.IsAmazon ? LongestLag : TimeSpan.Zero;

    public async ValueTask<int> GetMaxMessageBytesAsync(CancellationToken cancellationToken) =>
        (await _finder.FindAsync(cancellationToken)).Main.MaxMessageBytes;

    public async Task<IReadOnlyList<string>> FindWarningsAsync(CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.FindAsync(cancellationToken);
        return [.. SqsWarnings.Of(main, dead, _limits)];
    }

    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        var lines = await new SqsCreation(_client, _finder, _name, _limits).RunAsync(cancellationToken);
        _finder.Forget();
        return lines;
    }

    public async Task InsertAsync(
        IEnumerable<QueuedMessage> messages, Action<InsertedBatch> confirmed, CancellationToken cancellationToken)
    {
        var (main, _) = await _finder.FindAsync(cancellationToken);
        await new SqsSender(_batches, main.Url, main.MaxMessageBytes).SendAsync(messages, confirmed, cancellationToken);
    }

    public async Task<IReadOnlyList<Lease>> LeaseAsync(int max, TimeSpan duration, Func<long, bool> isHeld, CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.FindAsync(cancellationToken);
        if (dead is null)
            throw _dead.Missing();

        var receiving = ReceiveAsync(main, max, duration, isHeld);
        try
        {
            var leases = await receiving.WaitAsync(cancellationToken);
            if (_emptyPolls > EagerPolls)
                await Task.Delay(PollPause, cancellationToken);
            return leases;
        }
        catch (OperationCanceledException)
        {
            _late = Task.WhenAny(GiveBackLateAsync(receiving), Task.Delay(LongestLate, CancellationToken.None));
            throw;
        }
    }

    public Task<bool[]> AcknowledgeAsync(IReadOnlyList<Lease> leases) =>
        _settler.DeleteAsync([.. leases.Cast<SqsLease>()]);

    public Renewal[] Renew(IReadOnlyList<Lease> leases, TimeSpan duration) =>
        _renewer.Renew([.. leases.Cast<SqsLease>()], duration);

    public Task<bool[]> GiveBackAsync(IReadOnlyList<Lease> leases, TimeSpan delay, bool refund) =>
        _settler.GiveBackAsync([.. leases.Cast<SqsLease>()], delay, refund);

    public async Task<bool> ParkAsync(Lease lease, string reason, int attempts)
    {
        var message = (SqsLease)lease;
        if (_received.HandleOf(message) is null)
            return false;

        var (_, dead) = await _finder.FindAsync(CancellationToken.None);
        await _dead.ParkAsync(message, reason, attempts, dead);
        return (await _settler.DeleteAsync([message]))[0];
    }

    public async Task<QueueCounts> CountAsync(CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.ReadAgainAsync(cancellationToken);
        return new QueueCounts(main.Ready, main.Invisible, dead is null ? 0 : dead.Ready + dead.Invisible);
    }

    public async IAsyncEnumerable<ParkedMessage> ListParkedMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, dead) = await _finder.FindAsync(cancellationToken);
        if (dead is null)
            yield break;
        await foreach (var message in _dead.ListAsync(dead, cancellationToken))
            yield return message;
    }

    public async Task RequeueAsync(
        Func<MessageKey, bool> selected, Func<IReadOnlyList<MessageKey>, Task> requeued, CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.FindAsync(cancellationToken);
        if (dead is not null)
            await _dead.RequeueAsync(dead, main, selected, requeued, cancellationToken);
    }

    public async Task<IQueueOutlet> OpenOutletAsync(bool parked, CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.FindAsync(cancellationToken);
        return parked ? new SqsOutlet(_batches, _parkedReceiver, dead, parked) : new SqsOutlet(_batches, _receiver, main, parked);
    }

    public async Task AddParkedMessagesAsync(IReadOnlyList<TakenMessage> messages, CancellationToken cancellationToken)
    {
        var (_, dead) = await _finder.FindAsync(cancellationToken);
        await _dead.AddAsync(messages, dead);
    }

    public string EndOfLeases =>
        $"SQS takes no task from a worker; those of a dead one are ready when their leases end, within {_limits.Lease.TotalSeconds:0} s.";

    /// <summary>Nothing is to be done: see <see cref="EndOfLeases"/>.</summary>
    public Task<long> ReleaseAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

    public async Task<long> PurgeAsync(Action<long> progress, CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.ReadAgainAsync(cancellationToken);
        var ours = Ours(main, dead);
        await new SqsRemoval(_client).PurgeAsync(ours, cancellationToken);
        _received.Clear();
        var removed = ours.Sum(queue => queue.Ready + queue.Invisible);
        progress(removed);
        return removed;
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var (main, dead) = await _finder.FindAsync(cancellationToken);
        await new SqsRemoval(_client).DeleteAsync(Ours(main, dead), cancellationToken);
        _finder.Forget();
        _received.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _late;
        _renewer.Dispose();
        _client.Dispose();
    }

    /// <summary>A dead-letter queue of another name may serve other queues, too.</summary>
    private static IReadOnlyList<SqsQueueInfo> Ours(SqsQueueInfo main, SqsQueueInfo? dead) =>
        dead is null || dead.Name != main.Name + SqsQueueFinder.DeadEnding ? [main] : [main, dead];

    private async Task<IReadOnlyList<Lease>> ReceiveAsync(SqsQueueInfo main, int max, TimeSpan duration, Func<long, bool> isHeld)
    {
        var (messages, since) = await _receiver.ReceiveAsync(main.Url, max, duration, wait: _emptyPolls > 0);
        _emptyPolls = messages.Count > 0 ? 0 : _emptyPolls + 1;
        _received.RemoveExpired(isHeld);
        return [.. messages.Select(message => _received.Add(message, main.Url, since, duration)).OfType<SqsLease>()];
    }

    /// <summary>Nobody waits for these messages any more.</summary>
    private async Task GiveBackLateAsync(Task<IReadOnlyList<Lease>> receiving)
    {
        try
        {
            var leases = await receiving;
            if (leases.Count > 0)
                await GiveBackAsync(leases, TimeSpan.Zero, refund: true);
        }
        catch (TaskQueueException)
        {
            // Nothing came, or what came is visible again when its time is over.
        }
    }
}
