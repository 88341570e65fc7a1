using MassTransit;
using TaskQueue.Queues;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker.Deliveries;

/// <summary>A message that a broker pushed to this worker.</summary>
internal sealed class BrokerDelivery(IConsumedQueue queue, ReceiveContext message) : ITaskDelivery
{
    /// <summary>The broker counts deliveries.</summary>
    public int? Attempt => null;

    public bool IsRepeat => message.Redelivered;

    /// <summary>MassTransit cancels what it received on a channel that was closed, or from a queue that was deleted.</summary>
    public CancellationToken Lost => message.CancellationToken;

    public Task<TaskReport>? Report { get; set; }

    /// <summary>What hindered the message from reaching the consumer.</summary>
    public Exception? Hindered { get; set; }

    public string? ReasonOfLoss(TimeSpan held) => queue.ReasonOfLoss(held);

    public bool IsStillHeld() => queue.IsStillHeld(message);
}
