using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Leases messages and keeps the slots busy; on its way out, gives back what was not started.</summary>
internal sealed class Pump : WorkerLoop
{
    private readonly ILeaseQueue _queue;
    private readonly WorkerRequest _request;
    private readonly ILogger<Pump> _logger;
    private readonly Signal _freed = new();
    private readonly Backoff _backoff = new();
    private readonly LeaseAhead _ahead;
    private readonly EmptyWatch _empty;
    private readonly Heartbeat _heartbeat;
    private readonly Acknowledger _acknowledger;
    private readonly Settlement _settlement;
    private readonly Slots _slots;
    private readonly CancellationTokenSource _giveUp = new();
    private Task _acknowledging = Task.CompletedTask;
    private long _leased;

    public Pump(
        ILeaseQueue queue, TaskQueueSettings settings, WorkerRequest request, WorkerLifetime lifetime,
        IHostApplicationLifetime host, LeaseDispatcher dispatcher, WorkerCounts counts, ILogger<Pump> logger,
        IFailPoints? failPoints = null)
        : base(queue, settings, lifetime, host, logger)
    {
        (_queue, _request, _logger) = (queue, request, logger);
        _ahead = new LeaseAhead(settings.Concurrency);
        _empty = new EmptyWatch(queue, polls: 3, TimeSpan.FromMilliseconds(200));
        _heartbeat = new Heartbeat(queue, settings.Lease);
        _acknowledger = new Acknowledger(queue, _heartbeat, logger, _freed, failPoints);
        _settlement = new Settlement(queue, _heartbeat, _acknowledger, logger);
        _slots = new Slots(settings.Concurrency, dispatcher, _settlement, counts, _ahead, _freed);
    }

    public override void Dispose()
    {
        _heartbeat.Dispose();
        _giveUp.Dispose();
        base.Dispose();
    }

    protected override void Start()
    {
        _acknowledging = Task.Run(() => _acknowledger.RunAsync(_giveUp.Token), CancellationToken.None);
        _heartbeat.Start();
        _slots.Start();
    }

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        while (_request.MaxTasks is not { } most || _leased < most)
        {
            stopping.ThrowIfCancellationRequested();
            if (_slots.TakeStoreFailure() is { } failure)
                await PauseAsync("The records cannot be used", failure, stopping);
            if (Wanted() is > 0 and var wanted)
            {
                if (await LeaseAsync(wanted, stopping) == 0 && _request.ExitWhenEmpty && await SawEmptyAsync(stopping))
                    return;
            }
            else
            {
                await _freed.WaitAsync(stopping);
            }
        }
        while (_heartbeat.Count > 0)
            await _freed.WaitAsync(stopping);
        Lifetime.ReachedMaxTasks = true;
    }

    protected override async Task LeaveAsync()
    {
        var unstarted = _slots.Close();
        if (unstarted.Count > 0)
            await _settlement.GiveBackAsync(unstarted);
        Lifetime.DrainWithin(Settings.Drain);
        await _slots.WhenEnded();
        _acknowledger.Complete();
        _giveUp.CancelAfter(TimeSpan.FromSeconds(1));
        await _acknowledging;
    }

    /// <summary>How many tasks to lease now; 0 while a small refill would cost more than it brings.</summary>
    private int Wanted()
    {
        var ahead = _ahead.Tasks();
        var room = Settings.Concurrency + ahead - _slots.InHand;
        if (room < 1 + (ahead / 4))
            return 0;
        return (int)Math.Min(room, _request.MaxTasks - _leased ?? int.MaxValue);
    }

    private async Task<int> LeaseAsync(int wanted, CancellationToken stopping)
    {
        var asked = Stopwatch.GetTimestamp();
        IReadOnlyList<Lease> leases;
        try
        {
            leases = await _queue.LeaseAsync(wanted, Settings.Lease, _heartbeat.IsHeld, stopping);
        }
        catch (TaskQueueException e) when (e.IsTransient)
        {
            await PauseAsync("No task can be leased", e.Message, stopping);
            return -1;
        }
        if (leases.Count > 0)
            await TakeAsync([.. leases.Select(lease => new HeldLease(lease, _queue, Settings.Lease, asked))], stopping);
        return leases.Count;
    }

    private async Task TakeAsync(HeldLease[] leases, CancellationToken stopping)
    {
        _backoff.Reset();
        _empty.Reset();
        _leased += leases.Length;
        foreach (var lease in leases)
            _heartbeat.Add(lease);
        if (leases is [{ Lease.IsSuspect: true }])
            await RunAloneAsync(leases, stopping);
        else
            _slots.Add(leases);
    }

    /// <summary>Its last worker may have died of it: no neighbour shall be charged if it happens again.</summary>
    private async Task RunAloneAsync(HeldLease[] suspect, CancellationToken stopping)
    {
        try
        {
            while (_slots.InHand > 0)
                await _freed.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            await _settlement.GiveBackAsync(suspect);
            throw;
        }
        _slots.Add(suspect);
        while (_slots.InHand > 0)
            await _freed.WaitAsync(stopping);
    }

    private async Task<bool> SawEmptyAsync(CancellationToken stopping)
    {
        try
        {
            return Lifetime.SawEmpty = _heartbeat.Count == 0 && await _empty.IsEmptyAsync(stopping);
        }
        catch (TaskQueueException e) when (e.IsTransient)
        {
            await PauseAsync("The queue cannot be asked whether it is empty", e.Message, stopping);
            return false;
        }
    }

    private async Task PauseAsync(string what, string why, CancellationToken stopping)
    {
        var pause = _backoff.Next();
        _logger.LogError("{What}, next try in {Seconds:0.#} s: {Why}", what, pause.TotalSeconds, why.ReplaceLineEndings(" "));
        await Task.Delay(pause, stopping);
    }
}
