using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Queues;
using TaskQueue.Settings;

namespace TaskQueue.Client;

/// <summary>How a client works, where the project's settings leave it open.</summary>
public sealed record ClientOptions
{
    /// <summary>Checked settings; null for those of the project around the working directory, as the verbs read them.</summary>
    public TaskQueueSettings? Settings { get; init; }

    /// <summary>The name of the client's run, which no run has yet; null for one made from the time.</summary>
    public string? Run { get; init; }

    /// <summary>Starts a worker in this process that runs so many tasks at once; 0, the default, leaves the work to workers elsewhere.</summary>
    public int LocalConcurrency { get; init; }

    /// <summary>Registers what the constructors of the tasks ask for, for the worker in this process.</summary>
    public Action<IServiceCollection>? ConfigureServices { get; init; }

    /// <summary>Values that a map has read and whose results were not taken yet: no more are read meanwhile. 10,000 by default.</summary>
    public int MostOpen { get; init; } = 10_000;

    /// <summary>Whether all values are stored under CF_CLOUDPATH, and not only those that are too long for a message.</summary>
    public bool ByReference { get; init; }

    /// <summary>How many values that were given at about the same time go into one message at most, from 1 to 10,000; 1 by default.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>Told in a sentence what works but should be changed; by default nobody is.</summary>
    public Action<string> Warned { get; init; } = _ => { };

    /// <summary>Opens another queue than that of the settings.</summary>
    internal Func<ITaskQueue>? OpenQueue { get; init; }
}
