using TaskQueue.Binding;
using TaskQueue.Queues;
using TaskQueue.Records;
using TaskQueue.Storage;

namespace TaskQueue.Commands.Shell;

/// <summary>Opens what the settings of an invocation name.</summary>
internal static class InvocationRooms
{
    public static ITaskQueue OpenQueue(this Invocation invocation) =>
        QueueKinds.Open(invocation.Settings.QueuePath, invocation.Settings.ProjectRoot, invocation.Settings.QueueLimits);

    public static RecordStore OpenRecords(this Invocation invocation) =>
        new(StoreKinds.Open(invocation.Settings.CloudPath, invocation.Settings.ProjectRoot));

    public static TaskCatalog FindTasks(this Invocation invocation) => new(invocation.Tasks);
}
