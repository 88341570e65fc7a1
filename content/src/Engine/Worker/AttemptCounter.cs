using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Numbers the attempts at messages; in the failed record where the queue counts deliveries only.</summary>
/// <remarks>
/// A repeated message without an ended attempt on record is a suspect: its worker may have died of it. It runs alone,
/// and its attempt is written down before it starts, so that a task that kills its worker is parked like one that
/// throws, while the tasks that ran beside it are charged with one attempt at most.
/// </remarks>
public sealed class AttemptCounter(
    TaskQueueSettings settings, RecordStore records, RunAloneGate gate, WorkerLifetime lifetime)
{
    /// <summary>A message that was delivered, and of which nothing is recorded: it may have been tried once.</summary>
    private const int AfterUnknownStart = 2;

    /// <exception cref="OperationCanceledException">The message was lost, or the worker left, before its turn came.</exception>
    public async Task<Turn> BeginAsync(TaskMessage message, ITaskDelivery delivery)
    {
        if (delivery.Attempt is { } counted)
            return new Turn { Number = counted };

        using var given = CancellationTokenSource.CreateLinkedTokenSource(delivery.Lost, lifetime.Drained);
        if (!delivery.IsRepeat)
            return new Turn(await gate.EnterAsync(given.Token)) { Number = 1 };

        var earlier = await records.FindFailedAsync(message.Task, message.Id, given.Token);
        if (earlier?.Run != message.Run)
            earlier = null;
        var number = earlier is null ? Math.Min(AfterUnknownStart, settings.MaxAttempts) : earlier.Attempt + 1;
        var isSuspect = earlier is null or { HasEnded: false };
        var place = isSuspect ? await gate.EnterAloneAsync(given.Token) : await gate.EnterAsync(given.Token);
        return new Turn(place) { Number = number, IsOnRecord = true, Earlier = earlier };
    }

    /// <summary>Records that an attempt was given back: it does not count, and the next one is no suspect.</summary>
    public Task RefundAsync(Attempt attempt, Turn turn) => turn switch
    {
        { IsCountedByQueue: true } => Task.CompletedTask,
        { Earlier: { HasEnded: true } earlier } => records.WriteFailedAsync(earlier),
        _ => records.WriteFailedAsync(attempt.GivenBack()),
    };
}
