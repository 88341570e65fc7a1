namespace TaskQueue.Contracts;

/// <summary>Thrown by a task whose row can never succeed: the row fails at once, without further attempts.</summary>
public sealed class TaskRejectedException : Exception
{
    public TaskRejectedException(string message) : base(message) { }

    public TaskRejectedException(string message, Exception innerException) : base(message, innerException) { }
}
