using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Commands;

internal sealed class DeleteRunVerb : Verb
{
    private readonly Argument<string> _run = new("RUN") { Description = "name of a run" };
    private readonly Option<bool> _yes = Confirmation.CreateOption();

    public DeleteRunVerb() : base("delete-run", VerbGroup.Repair, "cancel a run and remove its records, never outputs") => Declare(_run, _yes);

    public override string About => """
        Cancels the run, waits until no worker has tasks of it (up to a minute, else exit code 75), and removes its
        results, failures and logs. Its done rows are to be done again then. Files that tasks wrote
        themselves stay. A small file stays too: with it, late messages of the run are dropped.
        """;

    public override IReadOnlyList<Example> Examples => [new("delete-run spring-2026", "asks first"), new("delete-run spring-2026 --yes", "for scripts")];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var records = invocation.OpenRecords();
        var run = await records.Runs.GetAsync(invocation.Get(_run)!, cancellationToken);
        if (!Confirmation.Ask(invocation, _yes, $"This removes the results and logs of {run.Run} from {records.Store.Location}"))
            return ExitCode.Done;

        var removed = 0L;
        await ProgressDisplay.WhileAsync(invocation.Terminal, async story =>
        {
            await new RunRemoval(queue, records, TimeProvider.System).DeleteAsync(
                run, story.Say, count => story.Tell("Removing", "objects", removed = count, null), cancellationToken);
            return removed;
        });
        invocation.Terminal.Out.WriteLine($"Deleted {run.Run}");
        return ExitCode.Done;
    }
}
