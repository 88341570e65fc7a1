using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Storage;

namespace TaskQueue.Commands.Shell;

/// <summary>Opens what the settings of an invocation name.</summary>
internal static class InvocationRooms
{
    /// <param name="invocation">Has the settings.</param>
    /// <param name="path">Another queue than that of the settings, written alike.</param>
    public static ITaskQueue OpenQueue(this Invocation invocation, string? path = null) =>
        QueueKinds.Open(path ?? invocation.Settings.QueuePath, invocation.Settings.ProjectRoot, invocation.Settings.QueueLimits);

    public static RecordStore OpenRecords(this Invocation invocation) =>
        new(StoreKinds.Open(invocation.Settings.CloudPath, invocation.Settings.ProjectRoot));

    public static TaskCatalog FindTasks(this Invocation invocation) => new(invocation.Tasks);
}
