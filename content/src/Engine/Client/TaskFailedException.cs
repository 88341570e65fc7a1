namespace TaskQueue.Client;

/// <summary>A task failed after its last attempt, on any machine.</summary>
/// <param name="type">Full name of the type of the exception that the task threw; null when its worker died of it.</param>
/// <param name="message">One line that says what went wrong.</param>
/// <param name="details">The exception as the worker saw it, with its stack trace.</param>
/// <param name="attempts">How many attempts were made.</param>
/// <param name="cause">What went wrong here, where nothing was run.</param>
public sealed class TaskFailedException(string? type, string message, string? details = null, int attempts = 0, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>Full name of the type of the exception that the task threw; null when its worker died of it.</summary>
    public string? Type { get; } = type;

    /// <summary>The exception as the worker saw it, with its stack trace.</summary>
    public string? Details { get; } = details;

    /// <summary>How many attempts were made; 0 where nothing was run.</summary>
    public int Attempts { get; } = attempts;
}
