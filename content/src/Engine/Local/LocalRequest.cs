using TaskQueue.Insert;

namespace TaskQueue.Local;

/// <summary>What run-local was asked to do.</summary>
public sealed record LocalRequest
{
    /// <summary>Path of the table; null for TASK_PARAMETER_FILENAME.</summary>
    public string? Table { get; init; }

    /// <summary>Name of the task; null when the project has only one.</summary>
    public string? Task { get; init; }

    /// <summary>Which rows.</summary>
    public RowChoice Choice { get; init; } = new();

    /// <summary>Rows at once.</summary>
    public int Parallel { get; init; } = 1;
}
