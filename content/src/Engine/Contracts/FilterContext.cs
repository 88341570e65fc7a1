using Microsoft.Extensions.Logging;

namespace TaskQueue.Contracts;

/// <summary>What a filter may look at.</summary>
public sealed class FilterContext
{
    /// <summary>Where tasks write: CF_CLOUDPATH.</summary>
    public required IOutputStore Output { get; init; }

    /// <summary>The project's own lines of config/task.env and the environment, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public required ILogger Logger { get; init; }
}
