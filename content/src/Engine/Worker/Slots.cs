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

    public void Start() => _ended = Task.WhenAll(Enumerable.Range(0, count).Select(_ => StartSlot()));

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

    private Task StartSlot()
    {
        var slot = new TaskCompletionSource();
        _ = Task.Run(() => KeepAsync(slot, ended: null));
        return slot.Task;
    }

    /// <summary>Keeps a slot busy until nothing comes any more.</summary>
    /// <param name="slot">Ends with the slot.</param>
    /// <param name="ended">What to settle first, from the thread whose place is taken.</param>
    private async Task KeepAsync(TaskCompletionSource slot, (HeldLease Lease, TaskReport Report)? ended)
    {
        try
        {
            if (ended is var (left, report))
                await SettleAsync(left, report);
            await foreach (var lease in _waiting.Reader.ReadAllAsync(CancellationToken.None))
            {
                var running = RunAsync(lease, slot);
                if (!lease.Call.Make())
                    return;
                await running;
            }
            slot.SetResult();
        }
        catch (Exception e)
        {
            slot.SetException(e);
        }
    }

    private async Task RunAsync(HeldLease lease, TaskCompletionSource slot)
    {
        counts.Started();
        var report = await dispatcher.RunAsync(lease);
        if (lease.Call.Leave())
            _ = Task.Run(() => KeepAsync(slot, (lease, report)));
        else
            await SettleAsync(lease, report);
    }

    private async Task SettleAsync(HeldLease lease, TaskReport report)
    {
        counts.Ended(report.Outcome);
        if (report.Outcome == TaskOutcome.StoreFailed)
            _storeFailure = report.Reason;

        await settlement.SettleAsync(lease, report);
        ahead.Finished();
        Interlocked.Decrement(ref _inHand);
        freed.Set();
    }
}
