namespace TaskQueue.Contracts;

/// <summary>Thrown by a task that cannot run now through no fault of its row, as when a licence is taken: costs no attempt.</summary>
/// <param name="message">Why, for people.</param>
/// <param name="after">How long the row rests; at most 12 hours, longer is cut. Rows that are ready come first in any case.</param>
/// <param name="innerException">What it was.</param>
public sealed class TaskGivenBackException(string message, TimeSpan after = default, Exception? innerException = null) : Exception(message, innerException)
{
    public TimeSpan After { get; } = after;
}
