namespace TaskQueue.Contracts;

/// <summary>An error a person can act on. It is shown as at most three lines: what, where, what next.</summary>
public sealed class TaskQueueException(
    ExitCode exitCode, string what, string? where = null, string? next = null, Exception? cause = null)
    : Exception(string.Join("\n", new[] { what, where, next }.OfType<string>()), cause)
{
    public ExitCode ExitCode { get; } = exitCode;

    private string Summary { get; } = where is null ? what : $"{what.TrimEnd('.')}: {where}";

    /// <summary>Whether it may pass by itself, so that a worker with running tasks waits and tries again.</summary>
    public bool IsTransient { get; init; }

    /// <summary>An error in one line, for the middle of a run, where advice for its start does not fit.</summary>
    public static string Summarize(Exception error) =>
        (error is TaskQueueException { Summary: var summary } ? summary : error.Message).ReplaceLineEndings(" ");
}
