using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records.Journals;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Lets a broker push tasks until it is time to leave; on its way out, gives back what was not started.</summary>
internal sealed class ConsumeLoop(
    IConsumedQueue queue, DeliveryFilter deliveries, TaskBudget budget, TaskQueueSettings settings, WorkerRequest request, JournalWriter journal,
    WorkerLifetime lifetime, IHostApplicationLifetime host, TimeProvider clock, ILogger<ConsumeLoop> logger)
    : WorkerLoop(queue, settings, journal, lifetime, host, clock, logger)
{
    /// <summary>Longer than a worker needs to show that it holds a task.</summary>
    private readonly EmptyWatch _empty = new(queue, polls: 6, TimeSpan.FromMilliseconds(400), clock);

    protected override int Held => deliveries.Held;

    /// <summary>The endpoint of the bus, whose parts are these.</summary>
    public static void Configure(IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        var deliveries = context.GetRequiredService<DeliveryFilter>();
        // Raw JSON is all there is: an envelope names types to read, and addresses to answer to.
        endpoint.ClearSerialization();
        endpoint.UseRawJsonSerializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(deliveries));
        // The filter above parks unreadable messages: no further queues, no stack traces.
        endpoint.ConfigureError(pipe => pipe.UseExecute(error =>
        {
            if (error.TryGetPayload(out BrokerDelivery? delivery))
                delivery.Hindered = error.Exception;
        }));
        endpoint.ConfigureDeadLetter(pipe => pipe.UseExecute(_ => { }));
        endpoint.ConfigureConsumer<TaskConsumer>(context);
    }

    protected override void Start() => queue.Warned += warning => logger.LogWarning("{Warning}", warning);

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        var ended = Task.WhenAny(budget.WhenAllTaken, queue.WhenBroken);
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(_empty.Interval, Clock, stopping));
            stopping.ThrowIfCancellationRequested();
            if (request.ExitWhenEmpty && deliveries.Held == 0 && await SawEmptyAsync(stopping))
                return;
        }
        if (queue.WhenBroken.IsCompleted)
            await queue.WhenBroken;
        await StopReceivingAsync();
        await WaitUntilIdleAsync(stopping);
        Lifetime.ReachedMaxTasks = true;
    }

    protected override async Task LeaveAsync()
    {
        deliveries.Close();
        await StopReceivingAsync();
        await WaitUntilIdleAsync(CancellationToken.None);
    }

    private async Task StopReceivingAsync()
    {
        try
        {
            await queue.StopReceivingAsync();
        }
        catch (Exception e)
        {
            logger.LogWarning("The broker could not be told that no more is wanted: {Error}", TaskQueueException.Summarize(e));
        }
        deliveries.GiveBackUnstarted();
    }

    private async Task WaitUntilIdleAsync(CancellationToken stopping)
    {
        for (var changed = deliveries.WhenChanged(); deliveries.Held > 0; changed = deliveries.WhenChanged())
            await changed.WaitAsync(stopping);
    }

    private async Task<bool> SawEmptyAsync(CancellationToken stopping) =>
        Lifetime.SawEmpty = await TryAsync<object>(async () => await _empty.IsEmptyAsync(stopping), stopping) is true && deliveries.Held == 0;
}
