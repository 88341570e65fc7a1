using System.Diagnostics;
using TaskQueue.Settings;
using TaskQueue.Worker;

namespace TaskQueue.Tests.Children;

/// <summary>Workers that tell what goes on inside them.</summary>
internal static class WorkerChild
{
    /// <summary>Works a queue of the sample program off, and writes a line for each message that a MassTransit consumer got.</summary>
    /// <param name="args">The project's folder, and the queue.</param>
    public static async Task ListenToConsumersAsync(string[] args)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("messaging.masstransit.consumer_type") is { } consumer)
                    Console.WriteLine($"{activity.OperationName} by {consumer}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await WorkerHost.RunAsync(
            new TaskQueueSettings { ProjectRoot = args[0], QueuePath = args[1] }, new WorkerRequest { ExitWhenEmpty = true },
            typeof(SampleProgram.EchoTask).Assembly, configureServices: null);
    }
}
