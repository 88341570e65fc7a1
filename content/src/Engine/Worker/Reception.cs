using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Lets a broker push tasks until it is time to leave; on its way out, gives back what was not started.</summary>
internal sealed class Reception(
    IConsumedQueue queue, PushedMessages messages, TaskQueueSettings settings, WorkerRequest request,
    WorkerLifetime lifetime, IHostApplicationLifetime host, ILogger<Reception> logger)
    : WorkerLoop(queue, settings, lifetime, host, logger)
{
    /// <summary>Longer than a worker needs to show that it holds a task.</summary>
    private readonly EmptyWatch _empty = new(queue, polls: 6, TimeSpan.FromMilliseconds(400));

    /// <summary>The endpoint of the bus, whose parts are these.</summary>
    public static void Configure(IReceiveEndpointConfigurator endpoint, IRegistrationContext context)
    {
        var messages = context.GetRequiredService<PushedMessages>();
        endpoint.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType, isDefault: true);
        endpoint.ConfigureReceive(pipe => pipe.UseFilter(messages));
        // What is unreadable is parked by the filter above: no further queues, no stack traces.
        endpoint.ConfigureError(pipe => pipe.UseExecute(error =>
        {
            if (error.TryGetPayload(out PushedDelivery? delivery))
                delivery.Unreadable = error.Exception;
        }));
        endpoint.ConfigureDeadLetter(pipe => pipe.UseExecute(_ => { }));
        endpoint.ConfigureConsumer<TaskConsumer>(context);
    }

    protected override void Start() => queue.Warned += warning => logger.LogWarning("{Warning}", warning);

    protected override async Task WorkAsync(CancellationToken stopping)
    {
        var ended = Task.WhenAny(messages.WhenAllTaken, queue.WhenBroken);
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(_empty.Interval, stopping));
            stopping.ThrowIfCancellationRequested();
            if (request.ExitWhenEmpty && messages.Held == 0 && await SawEmptyAsync(stopping))
                return;
        }
        if (queue.WhenBroken.IsCompleted)
            await queue.WhenBroken;
        await queue.StopReceivingAsync();
        await WaitUntilIdleAsync(stopping);
        Lifetime.ReachedMaxTasks = true;
    }

    protected override async Task LeaveAsync()
    {
        messages.Close();
        Lifetime.DrainWithin(Settings.Drain);
        await queue.StopReceivingAsync();
        await WaitUntilIdleAsync(CancellationToken.None);
    }

    private async Task WaitUntilIdleAsync(CancellationToken stopping)
    {
        for (var changed = messages.WhenChanged(); messages.Held > 0; changed = messages.WhenChanged())
            await changed.WaitAsync(stopping);
    }

    private async Task<bool> SawEmptyAsync(CancellationToken stopping)
    {
        try
        {
            return Lifetime.SawEmpty = await _empty.IsEmptyAsync(stopping) && messages.Held == 0;
        }
        catch (TaskQueueException e) when (e.ExitCode == ExitCode.Unavailable)
        {
            logger.LogWarning("The queue cannot be asked whether it is empty: {Error}", e.Message.ReplaceLineEndings(" "));
            return false;
        }
    }
}
