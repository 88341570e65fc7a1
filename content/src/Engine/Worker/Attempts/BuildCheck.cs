using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Settings;

namespace TaskQueue.Worker.Attempts;

/// <summary>Compares the build that queued a row with the one that is to run it, as TASK_BUILD says.</summary>
internal sealed class BuildCheck(
    TaskQueueSettings settings, WorkerIdentity worker, WorkerLifetime lifetime, ILogger<BuildCheck> logger, IHostApplicationLifetime? host = null)
{
    private int _isTold;

    /// <summary>Refuses before anything is taken: a broker would count each message that comes back as a delivery.</summary>
    /// <exception cref="TaskQueueException">The newest run is of another build, tasks wait, and the builds have to be the same (78).</exception>
    public static async Task CheckRunAsync(TaskQueueSettings settings, RecordStore records, ITaskQueue queue, string build)
    {
        if (settings.OtherBuilds != OtherBuilds.Same || await queue.CountAsync(CancellationToken.None) is { Ready: 0, Leased: 0 })
            return;
        if (await records.Runs.FindNewestAsync() is { } newest && newest.Build != build && await records.Runs.FindEndAsync(newest.Run) is null)
            throw Refusal(newest.Run, newest.Build, build);
    }

    /// <returns>Whether the message may run here; if not, the worker leaves.</returns>
    public bool Accepts(TaskMessage message)
    {
        if (settings.OtherBuilds == OtherBuilds.Any || message.Build is null or "" || message.Build == worker.Build)
            return true;
        if (settings.OtherBuilds == OtherBuilds.Same)
        {
            lifetime.Fail(Refusal(message.Run, message.Build, worker.Build));
            host?.StopApplication();
            return false;
        }

        if (Interlocked.Exchange(ref _isTold, 1) == 0)
            logger.LogWarning(
                "{Rows} were queued by build {Build}; this worker is build {Own} and runs them with its own code. TASK_BUILD=same in config/task.env makes it leave instead",
                RowsOf(message.Run), Printable.Of(message.Build), worker.Build);
        return true;
    }

    private static string RowsOf(string? run) => run is null or "" ? "Rows" : $"Rows of run {Printable.Of(run)}";

    private static TaskQueueException Refusal(string? run, string other, string own) => new(
        ExitCode.Configuration, $"{RowsOf(run)} were queued by build {Printable.Of(other)}; this worker is build {own}.",
        "TASK_BUILD=same lets a worker run rows of its own build only; no row was charged",
        "Start a worker of that build, or insert with this one (--again where rows are done), or set TASK_BUILD=warn.");
}
