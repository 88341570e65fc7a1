using TaskQueue.Binding;
using TaskQueue.Queues;

namespace TaskQueue.Commands.Shell;

/// <summary>Opens what the settings of an invocation name.</summary>
internal static class InvocationRooms
{
    public static ITaskQueue OpenQueue(this Invocation invocation) =>
        QueueKinds.Open(invocation.Settings.QueuePath, invocation.Settings.ProjectRoot);

    public static TaskCatalog FindTasks(this Invocation invocation) => new(invocation.Tasks);
}
