using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>
/// Stands around MassTransit's pipe for pushed messages: lets so many through at once, and tells the broker how each
/// ended. To return is to acknowledge, to throw is to give back at once.
/// </summary>
internal sealed class PushedMessages : IFilter<ReceiveContext>, IDisposable
{
    private readonly IConsumedQueue _queue;
    private readonly WorkerRequest _request;
    private readonly WorkerCounts _counts;
    private readonly ILogger<PushedMessages> _logger;
    private readonly IFailPoints? _failPoints;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _allTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new();
    private long _taken;
    private int _held;
    private TaskCompletionSource? _changed;
    private Task _pause = Task.CompletedTask;

    public PushedMessages(
        IConsumedQueue queue, TaskQueueSettings settings, WorkerRequest request, WorkerCounts counts, ILogger<PushedMessages> logger,
        IFailPoints? failPoints = null)
    {
        (_queue, _request, _counts, _logger, _failPoints) = (queue, request, counts, logger, failPoints);
        _slots = new SemaphoreSlim(settings.Concurrency);
    }

    /// <summary>Messages that were let in and have not ended.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Ends when as many tasks were taken as the worker was asked to run.</summary>
    public Task WhenAllTaken => _allTaken.Task;

    /// <summary>From now on, messages that have not started are given back.</summary>
    public void Close() => _closed.Cancel();

    /// <summary>Ends when a message was taken or has ended after this was asked.</summary>
    public Task WhenChanged()
    {
        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _changed, fresh, null) ?? fresh).Task;
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (_closed.IsCancellationRequested || !TryTake() || !await RunInSlotAsync(context, next))
            GiveBack();
    }

    /// <summary>Nothing to add to what MassTransit says of itself.</summary>
    public void Probe(ProbeContext context) => context.CreateFilterScope("tasks");

    public void Dispose()
    {
        _slots.Dispose();
        _closed.Dispose();
    }

    private bool TryTake()
    {
        if (_request.MaxTasks is not { } most)
            return true;

        var taken = Interlocked.Increment(ref _taken);
        if (taken >= most)
            _allTaken.TrySetResult();
        return taken <= most;
    }

    /// <returns>Whether the message is to be acknowledged.</returns>
    private async Task<bool> RunInSlotAsync(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        Change(+1);
        try
        {
            await _slots.WaitAsync(_closed.Token);
            try
            {
                await _pause.WaitAsync(_closed.Token);
                return await SettleAsync(context, await RunAsync(context, next));
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Change(-1);
        }
    }

    private async Task<TaskReport> RunAsync(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = new PushedDelivery(_queue, context);
        context.AddOrUpdatePayload(() => delivery, _ => delivery);
        _counts.Started();
        await next.Send(context);
        var report = delivery.Report ?? new TaskReport(
            TaskOutcome.Parked,
            delivery.Unreadable is { } e
                ? $"The message cannot be read: {e.GetBaseException().Message.ReplaceLineEndings(" ")}"
                : "The message is no task message.");
        _counts.Ended(report.Outcome);
        return report;
    }

    private async Task<bool> SettleAsync(ReceiveContext context, TaskReport report)
    {
        switch (report.Outcome)
        {
            case TaskOutcome.Done or TaskOutcome.AlreadyDone:
                _backoff.Reset();
                _failPoints?.Pass(FailPoint.BeforeAcknowledge);
                return true;
            case TaskOutcome.Parked:
                return await TryParkAsync(context, report);
            case TaskOutcome.StoreFailed:
                await PauseAsync(report.Reason);
                return false;
            default:
                return false;
        }
    }

    private async Task<bool> TryParkAsync(ReceiveContext context, TaskReport report)
    {
        try
        {
            await _queue.ParkAsync(context, report.Reason, report.Attempt);
            return true;
        }
        catch (TaskQueueException e)
        {
            _logger.LogError("A task could not be parked; it comes back: {Error}", e.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    /// <summary>MassTransit gives back what ends with an exception, unless its context was cancelled.</summary>
    [DoesNotReturn]
    private static void GiveBack() => throw new OperationCanceledException("The message is given back.");

    /// <summary>No task is started while the records cannot be used; the message waits here, so that nobody takes it meanwhile.</summary>
    private async Task PauseAsync(string why)
    {
        if (_pause.IsCompleted)
        {
            var pause = _backoff.Next();
            _logger.LogError("The records cannot be used, next try in {Seconds:0.#} s: {Why}", pause.TotalSeconds, why);
            _pause = Task.Delay(pause, _closed.Token);
        }
        await _pause.WaitAsync(_closed.Token);
    }

    private void Change(int by)
    {
        _queue.ShowHeld(Interlocked.Add(ref _held, by));
        Interlocked.Exchange(ref _changed, null)?.TrySetResult();
    }
}
