namespace TaskQueue.Contracts;

/// <summary>Thrown by a task whose attempt failed and that knows when to try again: counts as an attempt.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="after">How long the row rests; at most 12 hours, longer is cut.</param>
/// <param name="innerException">What it was.</param>
public sealed class TaskRetryException(string message, TimeSpan after, Exception? innerException = null) : Exception(message, innerException)
{
    public TimeSpan After { get; } = after;
}
