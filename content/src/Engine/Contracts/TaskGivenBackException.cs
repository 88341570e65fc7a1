namespace TaskQueue.Contracts;

/// <summary>Thrown by a task that cannot run now through no fault of its row, as when a licence is taken: costs no attempt.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="after">How long the row rests: 0.1 s at the least, 12 hours at the most; other times are cut to these.</param>
/// <param name="innerException">What it was.</param>
public sealed class TaskGivenBackException(string message, TimeSpan after = default, Exception? innerException = null) : Exception(message, innerException)
{
    public TimeSpan After { get; } = after;
}
