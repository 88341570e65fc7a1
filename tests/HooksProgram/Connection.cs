using TaskQueue.Contracts;

namespace HooksProgram;

/// <summary>Hooks of a service: around the rows of all tasks.</summary>
public sealed class Connection : IWorkerHooks
{
    public Task StartWorker(WorkerContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "connect", "-", 0);
        return Task.CompletedTask;
    }

    public Task StopWorker(WorkerContext context, CancellationToken cancellationToken)
    {
        Ledger.Write(context.Settings, "disconnect", "-", 0);
        return Task.CompletedTask;
    }
}
