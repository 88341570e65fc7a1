using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class DeleteQueueVerb : Verb
{
    private readonly Option<bool> _yes = Confirmation.CreateOption();

    public DeleteQueueVerb() : base("delete-queue", VerbGroup.Repair, "remove the queue itself, with its tasks") =>
        Declare(_yes);

    public override string About => """
        Removes the queue and everything in it; workers that use it end. Records and outputs stay. The next
        insert-tasks makes a new queue.
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("delete-queue", "asks first"), new("delete-queue --yes", "for scripts")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var counts = await queue.CountAsync(cancellationToken);
        var total = counts.Ready + counts.Leased + counts.Parked;
        if (!Confirmation.Ask(invocation, _yes, $"This deletes {queue.Location} with {Counted.Tasks(total)} in it"))
            return ExitCode.Done;

        await queue.DeleteAsync(cancellationToken);
        invocation.Terminal.Out.WriteLine($"Deleted {queue.Location}");
        return ExitCode.Done;
    }
}
