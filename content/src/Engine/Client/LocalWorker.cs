using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Settings;
using TaskQueue.Worker;

namespace TaskQueue.Client;

/// <summary>A worker in the process of a client, from its start until it is stopped.</summary>
internal sealed class LocalWorker : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="settings">Of the project, with the concurrency that is wanted here.</param>
    /// <param name="tasks">The assembly that holds the tasks.</param>
    /// <param name="configureServices">Registers what the constructors of the tasks ask for.</param>
    /// <param name="failed">Told when it cannot go on.</param>
    public LocalWorker(TaskQueueSettings settings, Assembly tasks, Action<IServiceCollection>? configureServices, Action<Exception> failed) =>
        _running = Task.Run(async () =>
        {
            try
            {
                // The client has its results before it stops this worker: what still runs is another's, and is given back.
                await WorkerHost.RunAsync(
                    settings with { Drain = TimeSpan.Zero }, new WorkerRequest { Stopping = _stop.Token }, tasks, configureServices);
            }
            catch (Exception e)
            {
                failed(e);
            }
        });

    /// <summary>Cancels what runs, gives it back uncharged, and ends when nothing of the worker is left.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose() => _stop.Dispose();
}
