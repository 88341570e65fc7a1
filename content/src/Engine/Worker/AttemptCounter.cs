using TaskQueue.Queues;
using TaskQueue.Records;

namespace TaskQueue.Worker;

/// <summary>Numbers the attempts at messages; in the failed record where the queue counts deliveries only.</summary>
/// <remarks>
/// A repeated message without an ended attempt on record is a suspect: its worker may have died of it. It runs alone,
/// and its attempt is written down before it starts, so that a task that kills its worker is parked like one that
/// throws, while the tasks that ran beside it are charged with one attempt at most.
/// </remarks>
public sealed class AttemptCounter(RecordStore records, RunAloneGate gate, WorkerLifetime lifetime)
{
    /// <exception cref="OperationCanceledException">The message was lost, or the worker left, before its turn came.</exception>
    public async Task<Turn> BeginAsync(TaskMessage message, ITaskDelivery delivery)
    {
        if (delivery.Attempt is { } counted)
            return new Turn(counted);

        using var given = CancellationTokenSource.CreateLinkedTokenSource(delivery.Lost, lifetime.Drained);
        if (!delivery.IsRepeat)
            return new Turn(1, place: await gate.EnterAsync(given.Token));

        var earlier = await records.FindFailedAsync(message.Task, message.Id, given.Token);
        if (earlier?.Run != message.Run)
            earlier = null;
        var number = (earlier?.Attempt ?? 1) + 1;
        var isSuspect = earlier is null or { HasEnded: false };
        var place = isSuspect ? await gate.EnterAloneAsync(given.Token) : await gate.EnterAsync(given.Token);
        return new Turn(number, isOnRecord: true, earlier, place);
    }

    /// <summary>Makes the records what they were before the attempt: it does not count.</summary>
    public async Task RefundAsync(TaskMessage message, Turn turn)
    {
        if (!turn.IsOnRecord)
            return;
        if (turn.Earlier is null)
            await records.DeleteFailedAsync(message.Task, message.Id);
        else
            await records.WriteFailedAsync(turn.Earlier);
    }
}
