using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>Calls a task whose types are known at run time only.</summary>
public interface ITaskInvoker
{
    /// <summary>Reads parameters as a worker will.</summary>
    /// <exception cref="JsonException">They do not fit the parameters record; Path names the property.</exception>
    object Bind(ReadOnlySpan<byte> parameters);

    /// <summary>Reads parameters of a message.</summary>
    /// <exception cref="JsonException">They do not fit the parameters record; Path names the property.</exception>
    object Bind(JsonElement parameters);

    Task<object?> RunAsync(object task, object parameters, TaskContext context, CancellationToken cancellationToken);

    JsonElement WriteResult(object? result);

    /// <summary>Asks the task's own filter once; the predicate is true for rows that still have to be done.</summary>
    Task<Func<object, bool>> FilterAsync(object task, FilterContext context, CancellationToken cancellationToken);
}
