using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TaskQueue.Contracts;

/// <summary>What a worker has for all of its rows.</summary>
public sealed class WorkerContext
{
    /// <summary>Where tasks write: CF_CLOUDPATH.</summary>
    public required IOutputStore Output { get; init; }

    /// <summary>Opens inputs by path or URL; downloaded files stay until the worker has stopped.</summary>
    public required IInputSource Inputs { get; init; }

    /// <summary>How many tasks this worker runs at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>The project's own lines of config/task.env and the environment, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes to the worker's log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
