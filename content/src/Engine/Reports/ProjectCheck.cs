using System.Reflection;
using TaskQueue.Binding;
using TaskQueue.Insert;
using TaskQueue.Queues;
using TaskQueue.Settings;
using TaskQueue.Storage;

namespace TaskQueue.Reports;

/// <summary>Tries everything that a run needs, before time and money are spent.</summary>
/// <param name="settings">Checked settings.</param>
/// <param name="tasks">The assembly that holds the tasks.</param>
/// <param name="services">What the constructors of the tasks ask for.</param>
/// <param name="task">Which task the table is for; null for the only one.</param>
/// <param name="create">Whether the queue is made where it is missing.</param>
/// <param name="checkCluster">Checks the settings of the cluster, and says what there will be.</param>
internal sealed class ProjectCheck(
    TaskQueueSettings settings, Assembly tasks, IServiceProvider services, string? task, bool create, Func<string> checkCluster)
{
    /// <summary>The checks, each with a name and with what it says when all is well.</summary>
    public IReadOnlyList<(string Name, Func<CancellationToken, Task<string>> Run)> Checks =>
    [
        ("tasks", CheckTasksAsync),
        ("table", CheckTableAsync),
        ("queue", CheckQueueAsync),
        ("store", CheckStoreAsync),
        ("cluster", _ => Task.FromResult(checkCluster())),
    ];

    private Task<string> CheckTasksAsync(CancellationToken cancellationToken)
    {
        var names = new TaskCatalog(tasks).Tasks.Select(known => known.Name).Order(StringComparer.Ordinal);
        return Task.FromResult(string.Join(", ", names));
    }

    /// <summary>Binds and checks every row as an insert would; which of them are done is not asked.</summary>
    private async Task<string> CheckTableAsync(CancellationToken cancellationToken)
    {
        var request = new InsertRequest { DryRun = true, Rows = new() { Task = task, NoFilter = true } };
        var report = await TableInserter.InsertAsync(settings, request, tasks, services, new(), cancellationToken);
        return $"{report.Run.Table}: {Counted.Rows(report.Run.Rows)} fit {report.Run.Task}";
    }

    private async Task<string> CheckQueueAsync(CancellationToken cancellationToken)
    {
        await using var queue = QueueKinds.Open(settings.QueuePath, settings.ProjectRoot, settings.QueueLimits);
        var made = create ? await queue.CreateAsync(cancellationToken) : [];
        var warnings = await queue.FindWarningsAsync(cancellationToken);
        var counts = await queue.CountAsync(cancellationToken);
        var (ready, leased, parked) = counts;
        return string.Join('\n', [
            $"{queue.Location}: {Counted.Number(ready)} queued, {Counted.Number(leased)} running, {Counted.Number(parked)} failed",
            .. made, .. warnings.Select(warning => $"warning: {warning}")]);
    }

    private async Task<string> CheckStoreAsync(CancellationToken cancellationToken)
    {
        var store = StoreKinds.Open(settings.CloudPath, settings.ProjectRoot);
        await store.ProbeAsync(cancellationToken);
        return $"{store.Location}: can be listed and written";
    }
}
