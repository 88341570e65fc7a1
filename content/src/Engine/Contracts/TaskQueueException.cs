namespace TaskQueue.Contracts;

/// <summary>An error a person can act on. It is shown as at most three lines: what, where, what next.</summary>
public sealed class TaskQueueException(
    ExitCode exitCode, string what, string? where = null, string? next = null, Exception? cause = null)
    : Exception(string.Join("\n", new[] { what, where, next }.OfType<string>()), cause)
{
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>What and where in one line, for the middle of a run, where advice for its start does not fit.</summary>
    public string Summary { get; } = (where is null ? what : $"{what.TrimEnd('.')}: {where}").ReplaceLineEndings(" ");

    /// <summary>Whether it may pass by itself, so that one who has work in hand waits and tries again.</summary>
    public bool IsTransient { get; init; }
}
