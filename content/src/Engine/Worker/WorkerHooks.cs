using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Binding;
using TaskQueue.Contracts;
using TaskQueue.Logging;
using TaskQueue.Settings;
using TaskQueue.Storage;
using TaskQueue.Storage.Inputs;
using TaskQueue.Worker.Attempts;

namespace TaskQueue.Worker;

/// <summary>Calls the hooks of tasks and services: once per worker, and around each task.</summary>
/// <remarks>A host starts it before what takes tasks, and stops it after that.</remarks>
internal sealed class WorkerHooks(
    TaskCatalog tasks, TaskInstances instances, IServiceProvider services, TaskQueueSettings settings, IObjectStore store, InputSources sources,
    ILoggerFactory loggers) : IHostedService, IDisposable
{
    private readonly List<IWorkerHooks> _services = [.. services.GetServices<IWorkerHooks>()];
    private readonly Stack<IWorkerHooks> _started = [];
    private readonly InputSource _inputs = sources.ForTask();

    /// <exception cref="TaskQueueException">A hook failed (78); those before it were stopped.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var hook in _services.Concat(tasks.Tasks.Select(instances.Of).OfType<IWorkerHooks>()))
        {
            try
            {
                await hook.StartWorker(ContextOf(hook), cancellationToken).WaitAsync(cancellationToken);
                _started.Push(hook);
            }
            catch (Exception e)
            {
                await StopAsync(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                throw new TaskQueueException(
                    ExitCode.Configuration, $"The worker cannot start: {e.GetBaseException().Message.ReplaceLineEndings(" ")}",
                    $"In {nameof(IWorkerHooks.StartWorker)} of {hook.GetType().FullName}; no row was taken", "Correct it, or what it needs.", e);
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (_started.TryPop(out var hook))
            await TryAsync(hook, nameof(hook.StopWorker), () => hook.StopWorker(ContextOf(hook), cancellationToken).WaitAsync(cancellationToken));
    }

    /// <summary>The hooks around one attempt at a task; null where there are none.</summary>
    public AroundTask? Around(TaskDefinition task, TaskContext context) =>
        instances.Of(task) as IWorkerHooks is var own && (own is not null || _services.Count > 0)
            ? new(own is null ? _services : [.. _services, own], context, this) : null;

    public void Dispose() => _inputs.Dispose();

    private WorkerContext ContextOf(IWorkerHooks hook) => new()
    {
        Output = new OutputStore(store),
        Inputs = _inputs,
        Concurrency = settings.Concurrency,
        Settings = settings.UserValues,
        Logger = loggers.CreateLogger(hook.GetType()),
    };

    /// <summary>An end that fails takes nothing back.</summary>
    private async Task TryAsync(IWorkerHooks hook, string method, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            loggers.CreateLogger<WorkerHooks>().LogError(e, "{Hook}.{Method} failed; the results stay as they are", hook.GetType().Name, method);
        }
    }

    /// <summary>The hooks around one attempt.</summary>
    internal sealed class AroundTask(List<IWorkerHooks> hooks, TaskContext context, WorkerHooks all)
    {
        private static readonly TimeSpan MostAfter = TimeSpan.FromSeconds(10);

        private int _entered;

        public async Task<object?> RunAsync(Func<Task<object?>> run, CancellationToken cancellationToken)
        {
            for (; _entered < hooks.Count; _entered++)
                await hooks[_entered].BeforeTask(context, cancellationToken);
            return await run();
        }

        /// <summary>Calls those whose beginning went well. Never throws.</summary>
        /// <param name="exception">How the attempt failed.</param>
        /// <param name="log">Takes what they write.</param>
        public async Task AfterAsync(Exception? exception, TaskLog log)
        {
            while (--_entered >= 0)
                await all.TryAsync(hooks[_entered], nameof(IWorkerHooks.AfterTask), () => CallAsync(hooks[_entered], exception, log));
        }

        private async Task CallAsync(IWorkerHooks hook, Exception? exception, TaskLog log)
        {
            using var limit = new CancellationTokenSource(MostAfter);
            await Task.Run(
                () =>
                {
                    TaskLog.Current = log;
                    return hook.AfterTask(context, exception, limit.Token);
                },
                CancellationToken.None).WaitAsync(limit.Token);
        }
    }
}
