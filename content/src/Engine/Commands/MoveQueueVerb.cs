using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Queues.Moving;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class MoveQueueVerb : Verb
{
    private readonly Option<string?> _to =
        VerbOption.Text("--to", "URL", "the queue to move to, written as in TASKQUEUE_PATH", "the queue of the settings");

    private readonly Option<string?> _from =
        VerbOption.Text("--from", "URL", "the queue to move from", "the queue of the settings");

    private readonly Option<bool> _dryRun = VerbOption.Switch("--dry-run", "say what would be moved, move nothing");

    public MoveQueueVerb() : base("move-queue", VerbGroup.Repair, "move all tasks to another queue, of any kind") =>
        Declare(_to, _from, _dryRun);

    public override string About => """
        Moves what is queued, and what has failed, which is failed there, too. A task leaves this queue when the other
        one has confirmed it: when the move dies half-way, run it again. Tasks that workers hold are left: stop the
        workers first. A move to fq:// saves a queue; a broker may then hold some messages twice, and finished tasks
        are skipped.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("move-queue --to fq://saved", "save the queue in a file"),
        new("move-queue --from fq://saved", "and back again"),
        new("move-queue --to fq://other --dry-run"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (from, to) = (invocation.Get(_from), invocation.Get(_to));
        if (from is null && to is null)
            throw new TaskQueueException(
                ExitCode.Usage, "move-queue wants the other queue.", next: "Write: dotnet run move-queue --to fq://saved");

        await using var source = invocation.OpenQueue(from);
        await using var target = invocation.OpenQueue(to, mayCreate: true);
        if (source.Location == target.Location)
            throw new TaskQueueException(
                ExitCode.Usage, "Both queues are the same.", $"At {source.Location}", "Name another with --to or --from.");

        if (invocation.Get(_dryRun))
            MoveText.WritePlan(
                await source.CountAsync(cancellationToken), source.Location, target.Location, invocation.Terminal.Out);
        else
            MoveText.Write(await MoveAsync(invocation, source, target, cancellationToken), source, target.Location, invocation.Terminal.Out);
        return ExitCode.Done;
    }

    private static async Task<MoveReport> MoveAsync(
        Invocation invocation, ITaskQueue source, ITaskQueue target, CancellationToken cancellationToken)
    {
        var counts = await source.CountAsync(cancellationToken);
        var total = counts.Ready + counts.Parked;
        return await ProgressDisplay.WhileAsync(invocation.Terminal, story => new QueueMover(source, target).MoveAsync(
            moved => story.Tell("Moving", "tasks", moved, Math.Max(moved, total)), story.Say, cancellationToken));
    }
}
