using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class PurgeVerb : Verb
{
    private readonly Option<bool> _yes = Confirmation.CreateOption();

    public PurgeVerb() : base("purge", VerbGroup.Repair, "remove every task from the queue") => Declare(_yes);

    public override string About => """
        Removes the queued, the running and the failed tasks. Records and outputs stay: insert-tasks then queues
        what is not done.
        """;

    public override IReadOnlyList<Example> Examples => [new("purge", "asks first"), new("purge --yes", "for scripts")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var counts = await queue.CountAsync(cancellationToken);
        var total = counts.Ready + counts.Leased + counts.Parked;
        var loss = $"This removes {Counted.Tasks(total)} from {queue.Location}";
        if (total > 0 && !Confirmation.Ask(invocation, _yes, loss))
            return ExitCode.Done;

        var removed = await ProgressDisplay.WhileAsync(invocation.Terminal, story => queue.PurgeAsync(
            done => story.Tell("Removing", "tasks", done, Math.Max(done, total)), cancellationToken));
        invocation.Terminal.Out.WriteLine($"Removed {Counted.Tasks(removed)} from {queue.Location}");
        return ExitCode.Done;
    }
}
