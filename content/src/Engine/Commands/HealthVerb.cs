using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Worker.Reporting;

namespace TaskQueue.Commands;

internal sealed class HealthVerb : Verb
{
    /// <summary>Thirty missed beats: even a machine under full load is quicker than that.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly Option<bool> _startup =
        VerbOption.Switch("--startup", "ask for a worker that has started and takes tasks");

    public HealthVerb() : base("health", VerbGroup.Inspect, "ask whether a worker lives on this machine") => Declare(_startup);

    public override string About => """
        A probe for containers. A worker renews a file in the temporary folder every 2 s, however long its tasks take
        and whether or not its queue can be reached. Exit code 0 when the last time was at most 60 s ago, else 69.
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("health"), new("health --startup", "whether the worker has started")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var root = invocation.FindRoot();
        var health = Read(root);
        if (health.Age > Longest)
            throw Unhealthy($"The last sign of life of a worker was {Counted.Duration(health.Age)} ago.", root);

        if (invocation.Get(_startup) && !health.TakesTasks)
            throw Unhealthy("The worker has not started yet.", root);

        var doing = health.TakesTasks ? "takes tasks" : "is starting";
        await invocation.Terminal.Out.WriteLineAsync($"A worker {doing}; its last sign of life was {Counted.Duration(health.Age)} ago.");
        return ExitCode.Done;
    }

    private static WorkerHealth Read(string root)
    {
        try
        {
            return new HealthFile(root).Read() ?? throw Unhealthy("No worker runs here.", root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TaskQueueException(ExitCode.Unavailable, "The worker's health file cannot be read.", e.Message, cause: e);
        }
    }

    private static TaskQueueException Unhealthy(string what, string root) =>
        new(ExitCode.Unavailable, what, root, "Its log says why. A worker needs a temporary folder that it can write to.");
}
