using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Worker.Attempts;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Worker.Deliveries;

/// <summary>Consumes the messages of every kind of queue, and hands them to the executor.</summary>
internal sealed class TaskConsumer(
    TaskExecutor executor, GroupRunner groups, WorkerCounts counts, WorkerRequest request, WorkerLifetime lifetime, IHostApplicationLifetime host)
    : IConsumer<TaskMessage>
{
    /// <summary>The header in which a lease's delivery is passed; a broker's is a payload of its context.</summary>
    public const string DeliveryHeader = "TaskQueue-Delivery";

    public async Task Consume(ConsumeContext<TaskMessage> context)
    {
        ITaskDelivery? delivery = context.ReceiveContext.TryGetPayload(out BrokerDelivery? pushed) ? pushed : null;
        if (delivery is null && context.ReceiveContext.TransportHeaders.TryGetHeader(DeliveryHeader, out var header))
            delivery = header as ITaskDelivery;
        if (delivery is null)
            throw new InvalidOperationException("The message came without its delivery.");

        if (!context.Message.IsGroup)
        {
            await RunAsync(context.Message, delivery);
            return;
        }
        counts.HasGroups = true;
        await groups.RunAsync(context.Message, delivery, RunAsync);
    }

    private async Task RunAsync(TaskMessage row, ITaskDelivery delivery)
    {
        counts.Started(delivery, row);
        await executor.RunAsync(row, delivery);
        counts.Left(delivery);
        if (delivery.Report is { IsCompletedSuccessfully: true } recorded)
            Count(row, recorded.Result.Outcome);
        else
            _ = CountAsync(row, delivery.Report!);
    }

    private async Task CountAsync(TaskMessage message, Task<TaskReport> report) => Count(message, (await report).Outcome);

    /// <summary>Before the slot is free: a run that is hopeless starts nothing more.</summary>
    private void Count(TaskMessage message, TaskOutcome outcome)
    {
        counts.Ended(message, outcome);
        if (outcome != TaskOutcome.Parked || request.StopAfterFailures is not { } most || counts.Parked < most)
            return;
        lifetime.Fail(new TaskQueueException(
            ExitCode.PartDone, $"The worker stopped because {most} {(most == 1 ? "row" : "rows")} failed for good (--stop-after-failures); the rest is still queued.",
            next: "See why: dotnet run failed. Then correct it, put them back with dotnet run requeue --all, and start a worker again."));
        host.StopApplication();
    }

    /// <summary>How a message ended that did not reach the consumer: its body alone decides whether it can be read.</summary>
    /// <param name="body">The message's bytes.</param>
    /// <param name="exception">What hindered it, if anything did.</param>
    /// <param name="logger">Told in one line.</param>
    public static TaskReport ReportOfUnconsumed(ReadOnlySpan<byte> body, Exception? exception, ILogger logger)
    {
        var isReadable = TaskMessage.TryRead(body) is not null;
        var reason = !isReadable ? "The message cannot be read: it is not the JSON of a task."
            : exception?.GetBaseException().Message.ReplaceLineEndings(" ") ?? "The message did not reach its task.";
        logger.LogError("{Reason} It {Fate}", reason, isReadable ? "comes back" : "is kept with the failed ones");
        return new TaskReport(isReadable ? TaskOutcome.Failed : TaskOutcome.Parked, reason) { Attempt = 1 };
    }
}
