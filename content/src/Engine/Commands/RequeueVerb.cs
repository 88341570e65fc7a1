using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Reports;

namespace TaskQueue.Commands;

internal sealed class RequeueVerb : Verb
{
    private readonly Argument<string[]> _ids = new("ID") { Description = "ids of failed tasks" };
    private readonly Option<bool> _all = VerbOption.Switch("--all", "put back every failed task");
    private readonly Option<string?> _error = VerbOption.Error();
    private readonly Option<string?> _task = VerbOption.Task();
    private readonly RunOptions _runs = new();

    public RequeueVerb() : base("requeue", VerbGroup.Repair, "put failed tasks back in the queue") =>
        Declare([_ids, _all, _error, _task, .. _runs.All]);

    public override string About => """
        They start again with no attempts counted. Correct what made them fail first: dotnet run failed
        """;

    public override IReadOnlyList<Example> Examples =>
        [new("requeue tile_07 tile_12"), new("requeue --all"), new("requeue --error 'timed out'")];

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var ids = invocation.Get(_ids) ?? [];
        var hasIds = ids.Length > 0;
        var error = invocation.Get(_error);
        if (new[] { hasIds, invocation.Get(_all), error is not null }.Count(given => given) != 1)
            throw new TaskQueueException(
                ExitCode.Usage, "requeue wants ids of failed tasks, --all or --error TEXT.", null,
                "Write: dotnet run requeue ID, dotnet run requeue --all or dotnet run requeue --error TEXT");

        await using var queue = invocation.OpenQueue();
        var records = invocation.OpenRecords();
        var requeuer = new Requeuer(queue, records);
        var task = invocation.FindTask(_task);
        var run = await _runs.ChooseAsync(invocation, records, task, cancellationToken);
        var count = await ProgressDisplay.WhileAsync(invocation.Terminal, story => requeuer.RequeueAsync(
            task, run?.Run, hasIds ? ids.ToHashSet() : null, error, done => story.Tell("Requeuing", "tasks", done, null), cancellationToken));
        invocation.Terminal.Out.WriteLine(
            count == 0 ? $"No task has failed for good{(run is null ? "" : $" in run {run.Run}")}{(error is null ? "" : $" with '{Printable.Short(error)}' in its error")}: there is nothing to put back." : $"Put {Counted.Tasks(count)} back in {queue.Location}");
        return ExitCode.Done;
    }
}
