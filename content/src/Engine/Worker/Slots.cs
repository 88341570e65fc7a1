using System.Threading.Channels;

namespace TaskQueue.Worker;

/// <summary>Runs leased messages, so many at once; a few more may wait here.</summary>
internal sealed class Slots(
    int count, LeaseDispatcher dispatcher, Settlement settlement, WorkerCounts counts, LeaseAhead ahead, Signal freed)
{
    private readonly Channel<HeldLease> _waiting = Channel.CreateUnbounded<HeldLease>();
    private Task _ended = Task.CompletedTask;
    private int _inHand;
    private volatile string? _storeFailure;

    /// <summary>Tasks that wait or run here.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    public void Start() =>
        _ended = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(RunAsync)));

    public void Add(IReadOnlyList<HeldLease> leases)
    {
        Interlocked.Add(ref _inHand, leases.Count);
        foreach (var lease in leases)
            _waiting.Writer.TryWrite(lease);
    }

    /// <summary>Nothing more will be added, and what waits is not started.</summary>
    /// <returns>What waited.</returns>
    public List<HeldLease> Close()
    {
        var unstarted = new List<HeldLease>();
        while (_waiting.Reader.TryRead(out var lease))
            unstarted.Add(lease);
        _waiting.Writer.TryComplete();
        return unstarted;
    }

    /// <summary>Ends when everything that runs has ended.</summary>
    public Task WhenEnded() => _ended;

    /// <summary>Why a record could not be written or read since this was last asked; null when all could.</summary>
    public string? TakeStoreFailure() => Interlocked.Exchange(ref _storeFailure, null);

    private async Task RunAsync()
    {
        await foreach (var lease in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            counts.Started();
            var report = await dispatcher.RunAsync(lease);
            counts.Ended(report.Outcome);
            if (report.Outcome == TaskOutcome.StoreFailed)
                _storeFailure = report.Reason;

            await settlement.SettleAsync(lease, report);
            ahead.Finished();
            Interlocked.Decrement(ref _inHand);
            freed.Set();
        }
    }
}
