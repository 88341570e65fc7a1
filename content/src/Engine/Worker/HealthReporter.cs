using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskQueue.Settings;

namespace TaskQueue.Worker;

/// <summary>Shows other processes of this machine that a worker lives: a file that it renews every 2 s.</summary>
/// <remarks>
/// It has a thread of its own and needs neither the queue nor the store: a worker whose tasks take every core and every
/// pool thread, or whose broker is away, is busy and not dead.
/// </remarks>
internal sealed class HealthReporter(TaskQueueSettings settings, ILogger<HealthReporter> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly HealthFile _file = new(settings.ProjectRoot);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;
    private volatile bool _takesTasks;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_file.TryWrite(takesTasks: false) is { } problem)
        {
            logger.LogWarning("\"health\" will not see this worker: {Problem}", problem);
            return Task.CompletedTask;
        }

        _thread = new Thread(Renew) { IsBackground = true, Name = "health", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _takesTasks = true;
        if (_thread is not null)
            _file.TryWrite(_takesTasks);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        _thread?.Join();
        try
        {
            _file.Remove();
        }
        catch (Exception e)
        {
            logger.LogWarning("\"health\" may still see this worker for a minute: {Problem}", e.Message);
        }
        return Task.CompletedTask;
    }

    public void Dispose() => _stop.Set();

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Renew()
    {
        // What cannot be written for a while is missed by whoever asks; the worker goes on.
        while (!_stop.Wait(Interval))
            _file.TryWrite(_takesTasks);
    }
}
