using Microsoft.Extensions.Logging;

namespace TaskQueue.Worker.Reporting;

/// <summary>Shows other processes of this machine that a worker lives: a file that it renews every 2 s until it is disposed of.</summary>
/// <remarks>
/// It has a thread of its own and needs neither the queue nor the store: a worker whose tasks take every core and every
/// pool thread, or whose broker is away, is busy and not dead.
/// </remarks>
internal sealed class HealthReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly HealthFile _file;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private volatile bool _takesTasks;

    /// <param name="root">The project's folder.</param>
    /// <param name="logger">Told when the file cannot be written at the start.</param>
    public HealthReporter(string root, ILogger logger)
    {
        _file = new HealthFile(root);
        if (_file.TryWrite(_takesTasks) is { } problem)
            logger.LogWarning("\"health\" will not see this worker: {Problem}", problem);
        _thread = new Thread(Renew) { IsBackground = true, Name = "health", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>The worker has started.</summary>
    public void TakesTasks()
    {
        _takesTasks = true;
        _file.TryWrite(_takesTasks);
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
        _file.TryRemove();
    }

    private void Renew()
    {
        // A heartbeat that cannot be written is missing for the probe; the worker goes on.
        while (!_stop.Wait(Interval))
            _file.TryWrite(_takesTasks);
    }
}
