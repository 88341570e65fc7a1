using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Records.Runs;
using TaskQueue.Reports.History;
using TaskQueue.Reports.Runs;
using TaskQueue.Settings;
using TaskQueue.Storage.Folder;

namespace TaskQueue.Reports.Pages;

/// <summary>Writes what is known of a run to a file.</summary>
internal sealed class RunReport(TaskQueueSettings settings, TaskCatalog tasks, ITaskQueue queue, RecordStore records, TimeProvider clock)
{
    /// <param name="run">Which.</param>
    /// <param name="path">Absolute; a file that is there is replaced.</param>
    /// <param name="cancellationToken">Ends it; the file stays as it was.</param>
    /// <exception cref="TaskQueueException">The file cannot be written (74), or queue or store refuse.</exception>
    public async Task WriteAsync(RunRecord run, string path, CancellationToken cancellationToken)
    {
        // First: where nothing can be written, nothing needs to be read.
        await using var file = new WholeFile(path);
        var history = new RunHistory(records, run, clock);
        await history.RefreshAsync(cancellationToken);
        var status = await new StatusReader(settings, tasks.Names, queue, records, clock).ReadAsync(run, cancellationToken);
        var failures = await new FailureReader(queue, records).ReadAsync(run.Task, run.Run, limit: 0, cancellationToken);
        await file.Text.WriteAsync(new RunPage(run, status, history.Look(), failures, clock.GetUtcNow()).Draw().ToString());
        await file.CommitAsync();
    }
}
