using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Leases messages and keeps the slots busy; on its way out, gives back what was not started.</summary>
internal sealed class LeaseLoop : WorkerLoop
{
    private readonly ILeaseQueue _queue;
    private readonly WorkerRequest _request;
    private readonly TaskBudget _budget;
    private readonly StoreOutage _outage;
    private readonly Signal _freed = new();
    private readonly LeaseAhead _ahead;
    private readonly Pace _pace;
    private readonly EmptyWatch _empty;
    private readonly Leases _leases;
    private readonly LeaseSettler _settler;
    private readonly TaskSlots _slots;
    private Task _settling = Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    public LeaseLoop(
        ILeaseQueue queue, TaskQueueSettings settings, WorkerRequest request, TaskBudget budget, Pace pace, WorkerLifetime lifetime, StoreOutage outage,
        JournalWriter journal, IHostApplicationLifetime host, LeaseDispatcher dispatcher, TimeProvider clock, ILogger<LeaseLoop> logger,
        IFailPoints? failPoints = null)
        : base(queue, settings, journal, lifetime, host, clock, logger)
    {
        (_queue, _request, _budget, _pace, _outage) = (queue, request, budget, pace, outage);
        _ahead = new LeaseAhead(settings.Concurrency);
        _empty = new EmptyWatch(queue, polls: 3, TimeSpan.FromMilliseconds(200), clock);
        _leases = new Leases(queue, settings.Lease, clock);
        _settler = new LeaseSettler(queue, _leases, lifetime, clock, logger, _freed, failPoints);
        _slots = new TaskSlots(settings.Concurrency, dispatcher, _settler, _ahead, clock, _freed);
    }

    protected override int Held => _leases.Count;

    private long Taken => _budget.Taken - _slots.GivenBack;

    public override void Dispose()
    {
        _leases.Dispose();
        base.Dispose();
    }

    protected override void Start()
    {
        _settling = Supervise(Task.Run(_settler.RunAsync, CancellationToken.None));
        _leases.Start();
        _running = Supervise(_slots.RunAsync());
    }

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (_request.MaxTasks is not { } most || Taken < most || _leases.Count > 0)
        {
            stopping.ThrowIfCancellationRequested();
            await _outage.WhenOver.WaitAsync(stopping);
            if (Lifetime.HasFailed)
                return;
            if (Wanted() is > 0 and var wanted)
            {
                // Before the lease, so that others can have the tasks that would wait here.
                var starts = await _pace.TakeAsync(wanted, stopping);
                var came = await LeaseAsync(starts, stopping);
                _pace.Return(starts - Math.Max(came, 0));
                if (came == 0 && _request.ExitWhenEmpty && await SawEmptyAsync(stopping))
                    return;
            }
            else
            {
                await _freed.WaitAsync(stopping);
            }
        }
        Lifetime.ReachedMaxTasks = true;
    }

    protected override async Task LeaveAsync()
    {
        _slots.Close();
        await _running;
        _settler.Complete();
        await _settling;
    }

    /// <summary>How many tasks to lease now; 0 while a small refill would cost more than it brings.</summary>
    private int Wanted()
    {
        var ahead = _pace.IsLimited ? 0 : _ahead.Tasks();
        var room = Settings.Concurrency + ahead - _slots.InHand;
        if (room < 1 + (ahead / 4))
            return 0;
        return (int)Math.Min(room, _request.MaxTasks - Taken ?? int.MaxValue);
    }

    /// <returns>How many came; -1 when the queue did not answer.</returns>
    private async Task<int> LeaseAsync(int wanted, CancellationToken stopping)
    {
        var asked = Clock.GetTimestamp();
        var leases = await TryAsync(() => _queue.LeaseAsync(wanted, Settings.Lease, _leases.Holds, stopping), stopping);
        if (leases is null or [])
            return leases?.Count ?? -1;

        _empty.Reset();
        _budget.Take(leases.Count);
        List<HeldLease> held = [.. leases.Select(lease => _leases.Add(lease, asked))];
        if (held is [{ Lease.IsSuspect: true } suspect])
            await RunAloneAsync(suspect, stopping);
        else
            _slots.Add(held);
        return held.Count;
    }

    /// <summary>
    /// Its last worker may have died of it: no neighbour shall be charged if it happens again, also none that has ended and
    /// whose result is not recorded yet.
    /// </summary>
    private async Task RunAloneAsync(HeldLease suspect, CancellationToken stopping)
    {
        try
        {
            while (_slots.InHand > 0 || _leases.Count > 1)
                await _freed.WaitAsync(stopping);
            if (await CountAttemptAsync(suspect, stopping))
                _slots.Add([suspect]);
            else
                _leases.Remove(suspect);
        }
        catch (OperationCanceledException)
        {
            _settler.Add(suspect, new TaskReport(TaskOutcome.GivenBack));
            throw;
        }
        while (_slots.InHand > 0 || _leases.Count > 0)
            await _freed.WaitAsync(stopping);
    }

    /// <returns>Whether the lease is held still.</returns>
    private async Task<bool> CountAttemptAsync(HeldLease suspect, CancellationToken stopping)
    {
        while (true)
            if (await TryAsync<object>(async () => await _queue.CountAttemptAsync(suspect.Lease), stopping) is bool isHeld)
                return isHeld;
    }

    private async Task<bool> SawEmptyAsync(CancellationToken stopping) =>
        Lifetime.SawEmpty = _leases.Count == 0
            && await TryAsync<object>(async () => await _empty.IsEmptyAsync(stopping), stopping) is true;
}
