using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>
/// Stands around MassTransit's pipe for messages that a broker pushes: lets so many through at once, and tells the broker
/// how each ended. To return is to acknowledge, to throw is to give back at once.
/// </summary>
internal sealed class DeliveryFilter : IFilter<ReceiveContext>, IDisposable
{
    private readonly IConsumedQueue _queue;
    private readonly TaskBudget _budget;
    private readonly WorkerLifetime _lifetime;
    private readonly ILogger<DeliveryFilter> _logger;
    private readonly IFailPoints? _failPoints;
    private readonly SemaphoreSlim _slots;
    private readonly Pace _pace;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _consumerStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;
    private int _hasWarned;
    private TaskCompletionSource? _changed;

    public DeliveryFilter(
        IConsumedQueue queue, TaskQueueSettings settings, TaskBudget budget, Pace pace, WorkerLifetime lifetime,
        ILogger<DeliveryFilter> logger, IFailPoints? failPoints = null)
    {
        (_queue, _budget, _pace, _lifetime, _logger, _failPoints) = (queue, budget, pace, lifetime, logger, failPoints);
        _slots = new SemaphoreSlim(settings.Concurrency);
    }

    /// <summary>Messages that were let in and have not ended.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>From now on nothing more is started.</summary>
    public void Close() => _closed.Cancel();

    /// <summary>
    /// From now on what was not started is given back. Not before the broker pushes nothing more: it would push the same
    /// message again at once, and count that as a delivery.
    /// </summary>
    public void GiveBackUnstarted() => _consumerStopped.TrySetResult();

    /// <summary>Ends when a message was taken or has ended after this was asked.</summary>
    public Task WhenChanged()
    {
        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (Interlocked.CompareExchange(ref _changed, fresh, null) ?? fresh).Task;
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (await TryEnterAsync())
        {
            try
            {
                var report = await await RunAsync(context, next);
                if (await IsSettledAsync(context, report))
                    return;
                if (report is { Outcome: TaskOutcome.GivenBack, Rest: null })
                    await _consumerStopped.Task.WaitAsync(_lifetime.Deadline);
            }
            finally
            {
                Change(-1);
            }
        }
        else
        {
            await _consumerStopped.Task.WaitAsync(_lifetime.Deadline);
            if (await TryReplaceAsync(context))
                return;
        }
        GiveBack();
    }

    /// <summary>Nothing to add to what MassTransit says of itself.</summary>
    public void Probe(ProbeContext context) => context.CreateFilterScope("tasks");

    public void Dispose()
    {
        _slots.Dispose();
        _closed.Dispose();
    }

    /// <summary>Waits for a slot, and in it until a task may start: no more messages than usual are held meanwhile.</summary>
    /// <returns>Whether the task is to be started.</returns>
    private async Task<bool> TryEnterAsync()
    {
        if (_closed.IsCancellationRequested || !_budget.TryTake())
            return false;

        Change(+1);
        try
        {
            await _slots.WaitAsync(_closed.Token);
            await _pace.TakeAsync(1, _closed.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            Change(-1);
            return false;
        }
    }

    /// <summary>Runs the task, and frees its slot.</summary>
    /// <returns>How it ended, once that is recorded.</returns>
    private async Task<Task<TaskReport>> RunAsync(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = new BrokerDelivery(_queue, context);
        context.AddOrUpdatePayload(() => delivery, _ => delivery);
        try
        {
            await next.Send(context);
        }
        catch (Exception e)
        {
            delivery.Hindered ??= e;
        }
        _slots.Release();
        return delivery.Report ?? Task.FromResult(TaskConsumer.ReportOfUnconsumed(context.GetBody(), delivery.Hindered, _logger));
    }

    /// <returns>Whether the message is to be acknowledged.</returns>
    private async Task<bool> IsSettledAsync(ReceiveContext context, TaskReport report)
    {
        if (report.Outcome is TaskOutcome.Done or TaskOutcome.AlreadyDone or TaskOutcome.Dropped)
        {
            _failPoints?.Pass(FailPoint.BeforeAcknowledge);
            return true;
        }
        try
        {
            if (report.Left is { } left)
                await _queue.PublishAsync(left);
            else if (report.Outcome == TaskOutcome.Parked)
                await _queue.ParkAsync(context, report.Reason, report.Attempt);
            else if (report is { Outcome: TaskOutcome.Failed or TaskOutcome.GivenBack, Rest: { } rest })
                await _queue.RestAsync(context, rest);
            else
                return false;
            _failPoints?.Pass(FailPoint.BeforeAcknowledge);
            return true;
        }
        catch (Exception e)
        {
            _logger.LogError("Failed tasks could not be put aside; their message comes back at once: {Error}", TaskQueueException.Summarize(e));
            return false;
        }
    }

    /// <summary>
    /// Puts a copy in the place of a message that was not started: given back, it would look as if its worker had died of it. A
    /// message of which that is possible already goes back as it is.
    /// </summary>
    /// <returns>Whether the message is to be acknowledged.</returns>
    private async Task<bool> TryReplaceAsync(ReceiveContext context)
    {
        if (context.Redelivered || !_queue.IsStillHeld(context))
            return false;
        try
        {
            await _queue.RestAsync(context, TimeSpan.Zero).WaitAsync(_lifetime.Deadline);
            return true;
        }
        catch (Exception e)
        {
            if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
                _logger.LogWarning("Tasks that were not started are given back, and may count one attempt each: {Error}", TaskQueueException.Summarize(e));
            return false;
        }
    }

    /// <summary>MassTransit gives back what ends with an exception, unless its context was cancelled.</summary>
    [DoesNotReturn]
    private static void GiveBack() => throw new OperationCanceledException("The message is given back.");

    private void Change(int by)
    {
        _queue.ShowHeld(Interlocked.Add(ref _held, by));
        Interlocked.Exchange(ref _changed, null)?.TrySetResult();
    }
}
