using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class ReleaseVerb() : Verb("release", VerbGroup.Repair, "end all leases: running tasks are ready again")
{
    public override string About => """
        For tasks whose workers are known to be dead, so that nobody has to wait for the leases to expire. A worker
        that is alive loses its tasks: it cancels them, and others run them again.
        """;

    public override IReadOnlyList<Example> Examples => [new("release")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var released = await queue.ReleaseAsync(cancellationToken);
        invocation.Terminal.Out.WriteLine($"Released {Counted.Tasks(released)} of {queue.Location}");
        if (queue.EndOfLeases is { } end)
            invocation.Terminal.Error.WriteLine(end);
        return ExitCode.Done;
    }
}
