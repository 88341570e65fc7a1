using MassTransit;
using TaskQueue.Queues;

namespace TaskQueue.Worker;

/// <summary>Consumes the messages of every kind of queue, and hands them to the executor.</summary>
public sealed class TaskConsumer(TaskExecutor executor) : IConsumer<TaskMessage>
{
    /// <summary>The header in which the pump passes the lease.</summary>
    internal const string LeaseHeader = "TaskQueue-Lease";

    public async Task Consume(ConsumeContext<TaskMessage> context)
    {
        if (context.ReceiveContext.TryGetPayload(out PushedDelivery? pushed))
        {
            pushed.Report = await executor.RunAsync(context.Message, pushed);
            return;
        }
        if (!context.ReceiveContext.TransportHeaders.TryGetHeader(LeaseHeader, out var header) || header is not HeldLease lease)
            throw new InvalidOperationException("The message came without a lease.");

        lease.Report = await executor.RunAsync(context.Message, lease);
    }
}
