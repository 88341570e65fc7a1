using System.CommandLine;
using TaskQueue.Commands.Cli;
using TaskQueue.Contracts;
using TaskQueue.Local;
using TaskQueue.Logging;
using TaskQueue.Worker;

namespace TaskQueue.Commands;

internal sealed class WorkerVerb : Verb
{
    private readonly Option<long?> _concurrency =
        VerbOption.Number("--concurrency", "tasks at once", 1, 1024, "WORKER_CONCURRENCY, 1");

    private readonly Option<bool> _exitWhenEmpty =
        VerbOption.Switch("--exit-when-empty", "leave when nothing is queued or running any more, elsewhere included");

    private readonly Option<long?> _maxTasks =
        VerbOption.Number("--max-tasks", "leave after N tasks", 1, @default: "no limit");

    private readonly Option<long?> _stopAfterFailures =
        VerbOption.Number("--stop-after-failures", "leave (75) when N rows failed for good in this worker; the rest stays queued", 1, @default: "no limit");

    private readonly Option<string?> _name = VerbOption.Text(
        "--name", "NAME", "a name before each line that it writes, for several workers in one terminal", "nothing; in the background, its process id");

    private readonly Option<bool> _endsWithInput = new(TiedProcess.Option) { Hidden = true, Description = "leave when standard input ends; draw no progress" };

    public WorkerVerb() : base("worker", VerbGroup.Run, "take tasks from the queue and run them") =>
        Declare(_concurrency, _exitWhenEmpty, _maxTasks, _stopAfterFailures, _name, _endsWithInput);

    public override string About => """
        Holds each task by a lease that it renews, records what the task returned, and goes on until it is stopped.
        Start as many workers as you like. On Ctrl-C or SIGTERM it takes no more tasks, lets running ones go on for
        WORKER_DRAIN_SECONDS and gives the rest back; a second Ctrl-C ends it at once (75). Exit code 0, or 75 when
        --exit-when-empty was asked for and the queue was not seen empty. Without that option it waits for a queue file
        that is not there yet. TASKS_PER_MINUTE spaces the starts of tasks in this worker. With TASK_BUILD=same it leaves with
        78 when rows are of another build of this program.
        On a terminal the last line moves: done, failed, running, rate, left. Elsewhere a line says so every 10 s. Each line
        of a task begins with its row's id.
        """;

    public override IReadOnlyList<Example> Examples =>
    [
        new("worker"),
        new("worker --exit-when-empty", "run all that is queued, then leave"),
        new("worker --concurrency 8", "eight tasks at once"),
        new("worker --exit-when-empty --stop-after-failures 20", "end a hopeless run early"),
    ];

    public override Task<ExitCode> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var settings = invocation.Settings;
        if (invocation.Get(_concurrency) is { } concurrency)
            settings = settings with { Concurrency = (int)concurrency };

        var terminal = invocation.Terminal;
        var name = invocation.Get(_name) ?? (terminal.Draw is not null && TaskConsole.IsInBackground() ? $"{Environment.ProcessId}" : null);
        if (name is not null)
            terminal.Label?.Invoke($"{Printable.Short(name)} ");
        var isTied = invocation.Get(_endsWithInput);
        var request = new WorkerRequest
        {
            IsOneOfSeveral = isTied,
            Leaving = isTied ? TiedProcess.EndOfInput() : CancellationToken.None,
            ExitWhenEmpty = invocation.Get(_exitWhenEmpty),
            MaxTasks = invocation.Get(_maxTasks),
            StopAfterFailures = invocation.Get(_stopAfterFailures),
            IsVerbose = invocation.IsVerbose,
            // One of several would draw over the others.
            Draw = name is null ? terminal.Draw : null,
        };
        return WorkerHost.RunAsync(settings, request, invocation.Tasks, invocation.ConfigureServices);
    }
}
