using System.Text.Json;
using TaskQueue.Contracts;

namespace GatherProgram;

public sealed record JsonParameters([property: TaskId] string Name, string Json);

/// <summary>Returns what the row says, of no declared type.</summary>
public sealed class JsonTask : ITask<JsonParameters, JsonElement>
{
    public Task<JsonElement> RunTask(JsonParameters parameters, TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult(JsonElement.Parse(parameters.Json));
}
