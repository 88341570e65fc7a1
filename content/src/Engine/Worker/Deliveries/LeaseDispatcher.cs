using MassTransit;
using MassTransit.Transports;
using Microsoft.Extensions.Logging;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Takes leased messages through MassTransit to the consumer.</summary>
internal sealed class LeaseDispatcher(IReceiveEndpointDispatcherFactory dispatchers, ILogger<TaskConsumer> logger)
{
    private readonly IReceiveEndpointDispatcher _dispatcher = dispatchers.CreateConsumerReceiver<TaskConsumer>("tasks");

    /// <summary>Runs the lease's task to its end, and leaves in the lease how it ended. Never throws.</summary>
    public async Task RunAsync(HeldLease lease)
    {
        Exception? hindered = null;
        try
        {
            var headers = new Dictionary<string, object> { [TaskConsumer.DeliveryHeader] = lease };
            await _dispatcher.Dispatch(lease.Lease.Body.ToArray(), headers, CancellationToken.None);
        }
        catch (Exception e)
        {
            hindered = e;
        }
        lease.Report ??= Task.FromResult(TaskConsumer.ReportOfUnconsumed(lease.Lease.Body.Span, hindered, logger));
    }
}
