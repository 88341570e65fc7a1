namespace TaskQueue.Contracts;

/// <summary>
/// Code around the tasks of a worker, for models and connections: implemented by a task's class, for its rows, or by a
/// service that src/Program.cs registers as <see cref="IWorkerHooks"/>, for all rows. Write the methods that are needed.
/// </summary>
/// <remarks>Services come first, in the order of their registration; what ends runs in the reverse order.</remarks>
public interface IWorkerHooks
{
    /// <summary>Runs once, before the first row is taken. When it throws, the worker ends (78) and no row was taken.</summary>
    /// <param name="context">What there is for all rows.</param>
    /// <param name="cancellationToken">Fires when the worker has to leave.</param>
    Task StartWorker(WorkerContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs once, after the last row; what it throws is logged.</summary>
    /// <param name="context">What there is for all rows.</param>
    /// <param name="cancellationToken">Fires at the end of WORKER_DRAIN_SECONDS: the process waits no longer.</param>
    Task StopWorker(WorkerContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before RunTask, within its time limit; what it throws counts as thrown by RunTask.</summary>
    /// <param name="context">The row's own; <see cref="TaskContext.Items"/> takes what RunTask is to find.</param>
    /// <param name="cancellationToken">The row's own.</param>
    Task BeforeTask(TaskContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs when RunTask has ended, where <see cref="BeforeTask"/> went well; what it throws is logged, and the result stays.</summary>
    /// <param name="context">The row's own.</param>
    /// <param name="exception">How the attempt failed; null when it succeeded.</param>
    /// <param name="cancellationToken">Fires after 10 s: the worker waits no longer.</param>
    Task AfterTask(TaskContext context, Exception? exception, CancellationToken cancellationToken) => Task.CompletedTask;
}
