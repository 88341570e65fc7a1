using System.Text.Json;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Storage;

namespace TaskQueue.Worker.Attempts;

/// <summary>Gives the parameters of a row: those in its message, or those that are stored apart.</summary>
internal sealed class RowParameters(IObjectStore store, StoreOutage outage)
{
    private readonly StoredValues _values = new(store);

    /// <param name="message">Whose row.</param>
    /// <param name="delivery">While the store is away, it is asked again until the message is lost.</param>
    /// <exception cref="TaskRejectedException">The payload is missing, altered, or not of this project.</exception>
    /// <exception cref="OperationCanceledException">The store refused until the message was lost, or the worker left.</exception>
    public async Task<JsonElement> ReadAsync(TaskMessage message, ITaskDelivery delivery)
    {
        if (message.Payload is not { } payload)
            return message.Parameters;
        var (parameters, refusal) = await outage.CallAsync(delivery, async stop =>
        {
            try
            {
                return (await _values.ReadAsync(payload, StoredValues.Payloads, stop), (TaskQueueException?)null);
            }
            catch (TaskQueueException e) when (e.ExitCode == ExitCode.BadInput)
            {
                // An answer, which no other try changes.
                return (default, e);
            }
        });
        return refusal is null ? parameters : throw new TaskRejectedException($"The row cannot be read: {TaskQueueException.Summarize(refusal)}", refusal);
    }
}
