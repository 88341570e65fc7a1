using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

internal sealed class TaskInvoker<TParameters, TResult> : ITaskInvoker
{
    private static readonly JsonTypeInfo<TParameters> ParametersType = (JsonTypeInfo<TParameters>)TaskJson.Options.GetTypeInfo(typeof(TParameters));

    public object Bind(ReadOnlySpan<byte> parameters) => NotNull(JsonSerializer.Deserialize(parameters, ParametersType));

    public object Bind(JsonElement parameters) => NotNull(parameters.Deserialize(ParametersType));

    public async Task<object?> RunAsync(object task, object parameters, TaskContext context, CancellationToken cancellationToken) =>
        await ((ITask<TParameters, TResult>)task).RunTask((TParameters)parameters, context, cancellationToken);

    public JsonElement WriteResult(object? result) => JsonSerializer.SerializeToElement((TResult?)result, TaskJson.Options);

    public async Task<Func<object, bool>> FilterAsync(object task, FilterContext context, CancellationToken cancellationToken)
    {
        var isToDo = await ((IFilterTasks<TParameters>)task).FilterTasks(context, cancellationToken);
        return parameters => isToDo((TParameters)parameters);
    }

    private static object NotNull(TParameters? parameters) => parameters ?? throw new JsonException("The parameters are null.");
}
