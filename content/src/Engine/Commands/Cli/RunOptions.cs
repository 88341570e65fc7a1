using System.CommandLine;
using TaskQueue.Contracts;
using TaskQueue.Records;
using TaskQueue.Records.Runs;

namespace TaskQueue.Commands.Cli;

/// <summary>The options that choose a run, or all of them.</summary>
internal sealed class RunOptions
{
    private readonly Option<string?> _run = VerbOption.Text("--run", "NAME", "this run", "the newest");
    private readonly Option<bool> _allRuns = VerbOption.Switch("--all-runs", "all runs");

    public IReadOnlyList<Option> All => [_run, _allRuns];

    /// <summary>Finds the run that is meant; when that is the newest of several, says so.</summary>
    /// <param name="invocation">Has the options.</param>
    /// <param name="records">Know the runs.</param>
    /// <param name="task">Only runs of this task; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null for all runs, and where there is none.</returns>
    /// <exception cref="TaskQueueException">There is no such run (65), or both options are given (64).</exception>
    public async Task<RunRecord?> ChooseAsync(Invocation invocation, RecordStore records, string? task, CancellationToken cancellationToken)
    {
        var (name, all) = (invocation.Get(_run), invocation.Get(_allRuns));
        if (name is not null && all)
            throw new TaskQueueException(ExitCode.Usage, "--run and --all-runs exclude one another.", next: "Give one of them.");
        if (name is not null)
            return await records.Runs.GetAsync(name, cancellationToken);
        if (all)
            return null;

        var runs = await records.Runs.ReadAsync(cancellationToken).Where(run => task is null || run.Task == task).ToListAsync(cancellationToken);
        var newest = runs.MaxBy(run => (run.Started, run.Run));
        if (runs.Count > 1)
            invocation.Terminal.Error.WriteLine($"Of the newest of {runs.Count} runs, {newest!.Run}; others: --run NAME, --all-runs");
        return newest;
    }
}
