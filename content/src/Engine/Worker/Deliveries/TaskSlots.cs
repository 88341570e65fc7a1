using System.Threading.Channels;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Runs leased messages, so many at once; a few more may wait here, but not behind tasks that became longer.</summary>
internal sealed class TaskSlots(
    int count, LeaseDispatcher dispatcher, LeaseSettler settler, LeaseAhead ahead, TimeProvider clock, Signal freed)
{
    /// <summary>After this another worker can have it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Channel<HeldLease> _waiting = Channel.CreateUnbounded<HeldLease>();
    private readonly Signal _recorded = new();
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inHand;
    private int _recording;

    /// <summary>How many were given back because they had waited for too long.</summary>
    public long GivenBack { get; private set; }

    /// <summary>Tasks that wait or run here.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    public void Add(IReadOnlyList<HeldLease> leases)
    {
        Interlocked.Add(ref _inHand, leases.Count);
        foreach (var lease in leases)
            _waiting.Writer.TryWrite(lease);
    }

    /// <summary>Nothing more will be added, and what waits is given back.</summary>
    public void Close()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var lease))
            settler.Add(lease, new TaskReport(TaskOutcome.GivenBack));
    }

    /// <summary>Ends when no more is added and everything that runs has ended and is recorded, or at once when a part of it dies.</summary>
    public async Task RunAsync() => await await Task.WhenAny(RunAllAsync(), _died.Task);

    private async Task RunAllAsync()
    {
        await foreach (var part in Task.WhenEach([.. Enumerable.Range(0, count).Select(_ => Task.Run(RunSlotAsync)), Task.Run(GiveBackLateAsync)]))
            await part;
        while (Volatile.Read(ref _recording) > 0)
            await _recorded.WaitAsync(CancellationToken.None);
    }

    private async Task RunSlotAsync()
    {
        await foreach (var lease in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            await dispatcher.RunAsync(lease);
            if (lease.Report is { IsCompletedSuccessfully: true } recorded)
                settler.Add(lease, recorded.Result);
            else
                _ = SettleAsync(lease);
            ahead.Finished();
            Interlocked.Decrement(ref _inHand);
            freed.Set();
        }
    }

    /// <summary>The slot is free meanwhile.</summary>
    private async Task SettleAsync(HeldLease lease)
    {
        Interlocked.Increment(ref _recording);
        try
        {
            settler.Add(lease, await lease.Report!);
        }
        catch (Exception e)
        {
            _died.TrySetException(e);
        }
        if (Interlocked.Decrement(ref _recording) == 0)
            _recorded.Set();
    }

    private async Task GiveBackLateAsync()
    {
        while (!_waiting.Reader.Completion.IsCompleted)
        {
            await Task.WhenAny(_waiting.Reader.Completion, Task.Delay(LongestWait, clock));
            // While there are slots for all, one of them is about to take it.
            while (InHand > count && _waiting.Reader.TryPeek(out var first) && first.Age > LongestWait && _waiting.Reader.TryRead(out var late))
            {
                settler.Add(late, new TaskReport(TaskOutcome.GivenBack));
                GivenBack++;
                Interlocked.Decrement(ref _inHand);
                freed.Set();
            }
        }
    }
}
