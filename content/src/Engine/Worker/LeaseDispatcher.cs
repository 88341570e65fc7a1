using MassTransit;
using MassTransit.Transports;

namespace TaskQueue.Worker;

/// <summary>Takes leased messages through MassTransit to the consumer.</summary>
internal sealed class LeaseDispatcher(IReceiveEndpointDispatcherFactory dispatchers)
{
    private readonly IReceiveEndpointDispatcher _dispatcher = dispatchers.CreateConsumerReceiver<TaskConsumer>("tasks");

    /// <summary>Runs the lease's task to its end.</summary>
    /// <returns>How it ended; parked when the body is no task message.</returns>
    public async Task<TaskReport> RunAsync(HeldLease lease)
    {
        var headers = new Dictionary<string, object> { [TaskConsumer.LeaseHeader] = lease };
        try
        {
            await _dispatcher.Dispatch(lease.Lease.Body.ToArray(), headers, CancellationToken.None);
        }
        catch (Exception e) when (lease.Report is null)
        {
            return new TaskReport(TaskOutcome.Parked, $"The message cannot be read: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
        }
        return lease.Report ?? new TaskReport(TaskOutcome.Parked, "The message is no task message.");
    }

}
