using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TaskQueue.Contracts;

/// <summary>What a task knows about its row, and the stores it may use. Tests make one with <c>new</c>.</summary>
public sealed class TaskContext
{
    /// <summary>The row's id: its <see cref="TaskIdAttribute"/> property, its task_id column, or a hash of its parameters.</summary>
    public required string RowId { get; init; }

    /// <summary>Where tasks write: CF_CLOUDPATH.</summary>
    public required IOutputStore Output { get; init; }

    /// <summary>Opens inputs by path or URL.</summary>
    public required IInputSource Inputs { get; init; }

    /// <summary>Row of the table, from 0; -1 when the message was not made by insert-tasks.</summary>
    public long RowIndex { get; init; }

    /// <summary>Rows in the table; 0 when unknown.</summary>
    public long Total { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>How many tasks this worker runs at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>How many threads this row may use: TASK_THREADS, or what <see cref="TaskSettingsAttribute"/> says.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The folder that holds config/: relative paths start there.</summary>
    public string ProjectRoot { get; init; } = Directory.GetCurrentDirectory();

    /// <summary>The project's own lines of config/task.env and the environment, by name.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>What <see cref="IWorkerHooks.BeforeTask"/> leaves for this row, by names of your choice.</summary>
    public IDictionary<string, object> Items => field ??= new Dictionary<string, object>();

    /// <summary>Writes to the worker's log and to the row's own log.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
