using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;
using TaskQueue.Reports.Runs;

namespace TaskQueue.Commands;

internal sealed class CancelVerb : Verb
{
    private readonly Argument<string> _run = new("RUN") { Description = "name of a run" };

    public CancelVerb() : base("cancel", VerbGroup.Repair, "end a run: running tasks stop, queued ones never start") => Declare(_run);

    public override string About => """
        Running tasks are cancelled within 10 s, and nothing is charged to their rows. Queued tasks leave a queue file
        at once; on a broker, workers drop them when they meet them. Done rows stay done. A cancelled run takes no
        more tasks: insert again under another name.
        """;

    public override IReadOnlyList<Example> Examples => [new("cancel spring-2026")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var queue = invocation.OpenQueue();
        var records = invocation.OpenRecords();
        var run = await records.Runs.GetAsync(invocation.Get(_run)!, cancellationToken);
        var removed = await new RunRemoval(queue, records, TimeProvider.System).CancelAsync(run, cancellationToken);
        invocation.Terminal.Out.WriteLine($"Cancelled {run.Run}{(removed > 0 ? $"; removed {Counted.Tasks(removed)} from {queue.Location}" : "")}");
        return ExitCode.Done;
    }
}
