using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Local;
using TaskQueue.Reports.Runs;
using TaskQueue.Worker;

namespace TaskQueue.Commands;

internal sealed class RunVerb : Verb
{
    private const int MostWorkers = 256;

    private readonly Option<long?> _workers = VerbOption.Number(
        "--workers", "worker processes", 1, MostWorkers, "one for each CPU that the threads of the tasks leave");

    private readonly Option<long?> _threads = VerbOption.Number("--threads", "threads that one task may use", 1, 1024, "TASK_THREADS, 1");
    private readonly Option<long?> _concurrency = VerbOption.Number("--concurrency", "tasks at once in each worker", 1, 1024, "WORKER_CONCURRENCY, 1");
    private readonly InsertTasksVerb _insert = new();

    public RunVerb() : base("run", VerbGroup.Run, "insert, start workers on this machine, wait for the end") =>
        Declare([_workers, _threads, _concurrency, .. _insert.Options]);

    public override string About => """
        Queues the rows as insert-tasks does, then starts worker processes and shows one line for all of them: rows done and
        failed, rate, time left. They leave when the queue is empty. Ctrl-C or SIGTERM drains them; they also leave when this
        command is killed. A worker that dies is named and replaced. Exit code 0 when all rows are done, 75 when some failed
        or are left.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("run"),
        new("run --workers 4 --threads 2", "four processes, two threads for each task"),
        new("run --workers 2 --limit 10", "try a few first"),
    ];

    public override bool LeavesInOrder => true;

    public override async Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var loaded = invocation.Settings;
        var settings = loaded with
        {
            Threads = (int)(invocation.Get(_threads) ?? loaded.Threads),
            Concurrency = (int)(invocation.Get(_concurrency) ?? loaded.Concurrency),
        };
        var workers = (int)(invocation.Get(_workers) ?? Math.Clamp(Environment.ProcessorCount / (settings.Threads * settings.Concurrency), 1, MostWorkers));
        var report = await _insert.InsertAsync(invocation, cancellationToken);
        if (report.Selected == 0 || _insert.IsDryRun(invocation))
            return ExitCode.Done;

        var terminal = invocation.Terminal;
        await terminal.Out.FlushAsync(cancellationToken);
        foreach (var warning in Processors.FindWarnings(workers, settings.Concurrency, settings.Threads))
            await terminal.Error.WriteLineAsync($"warning: {warning}");
        await using var queue = invocation.OpenQueue();
        var records = invocation.OpenRecords();
        // Rows that an earlier run has queued make no other run.
        var run = report.Run.Queued > 0
            ? report.Run
            : await records.Runs.FindNewestAsync(cancellationToken);
        var reader = new StatusReader(settings, invocation.FindTasks().Names, queue, records, TimeProvider.System);
        var progress = new RunProgress(reader, run, terminal.Draw, terminal.Error, TimeProvider.System);
        var fleet = new WorkerFleet(settings, OptionsOf(invocation), terminal.Error);
        using var end = new CancellationTokenSource();
        var showing = progress.ShowAsync(() => fleet.Running, end.Token);
        try
        {
            await fleet.RunAsync(workers, cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await showing;
        }
        return await progress.FinishAsync(terminal.Out, CancellationToken.None);
    }

    /// <summary>What the workers are to know of this command line.</summary>
    private static List<string> OptionsOf(Invocation invocation) =>
    [
        .. invocation.Get(invocation.Commands.EnvFile) is { } file ? ["--env-file", file] : (string[])[],
        .. invocation.IsVerbose ? ["--verbose"] : (string[])[],
    ];
}
