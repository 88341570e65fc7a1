using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>A task of the user's room, as the engine sees it.</summary>
public sealed class TaskDefinition
{
    private readonly JsonTypeInfo _parametersInfo;
    private readonly JsonTypeInfo _resultInfo;
    private readonly Run _run;
    private readonly Filter _filter;

    private TaskDefinition(Type type, Type parametersType, Type resultType)
    {
        Type = type;
        ParametersType = parametersType;
        ResultType = resultType;
        Name = NameOf(type);
        Parameters = Parameter.ListOf(parametersType);
        Id = Parameters.SingleOrDefault(parameter => parameter.IsId);
        _parametersInfo = TaskJson.Options.GetTypeInfo(parametersType);
        _resultInfo = TaskJson.Options.GetTypeInfo(resultType);
        _run = Close<Run>(nameof(RunAsync), parametersType, resultType);
        _filter = Close<Filter>(nameof(FilterAsync), parametersType);
    }

    private delegate Task<object?> Run(object task, object parameters, TaskContext context, CancellationToken cancellationToken);

    private delegate Task<Func<object, bool>> Filter(object task, FilterContext context, CancellationToken cancellationToken);

    /// <summary>The class's name in kebab-case, without a trailing "Task".</summary>
    public string Name { get; }

    public Type Type { get; }

    public Type ParametersType { get; }

    public Type ResultType { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameter marked <see cref="TaskIdAttribute"/>, if any.</summary>
    public Parameter? Id { get; }

    /// <summary>Whether the task decides itself which rows are done.</summary>
    public bool HasFilter => typeof(IFilterTasks<>).MakeGenericType(ParametersType).IsAssignableFrom(Type);

    /// <exception cref="TaskQueueException">The class is no task that can be run (exit code 78).</exception>
    public static TaskDefinition Of(Type type)
    {
        var contracts = ContractsOf(type).ToList();
        if (contracts.Count != 1)
            throw Misshapen(type, $"implements ITask {contracts.Count} times", "Write one class for each task.");

        var arguments = contracts[0].GetGenericArguments();
        try
        {
            return new TaskDefinition(type, arguments[0], arguments[1]);
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or TargetInvocationException)
        {
            throw Misshapen(type, $"has parameters that cannot be read from JSON: {e.GetBaseException().Message}",
                "Use a record of numbers, texts, dates, arrays and nested records; mark one property [TaskId].");
        }
    }

    /// <summary>Reads a row's parameters.</summary>
    /// <exception cref="JsonException">They do not fit the parameters record; Path names the property where it is known.</exception>
    public object Bind(ReadOnlySpan<byte> parameters)
    {
        try
        {
            return JsonSerializer.Deserialize(parameters, _parametersInfo) ?? throw new JsonException("There are no parameters.");
        }
        catch (Exception e) when (e is not JsonException)
        {
            // A record may check its values itself.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Reads parameters of a message.</summary>
    /// <exception cref="JsonException">They do not fit the parameters record; Path names the property where it is known.</exception>
    public object Bind(JsonElement parameters) => Bind(JsonMarshal.GetRawUtf8Value(parameters));

    public Task<object?> RunAsync(object task, object parameters, TaskContext context, CancellationToken cancellationToken) =>
        _run(task, parameters, context, cancellationToken);

    public JsonElement WriteResult(object? result) => JsonSerializer.SerializeToElement(result, _resultInfo);

    /// <summary>Asks the task's own filter once; the predicate is true for rows that still have to be done.</summary>
    public Task<Func<object, bool>> FilterAsync(object task, FilterContext context, CancellationToken cancellationToken) =>
        _filter(task, context, cancellationToken);

    public static bool IsTask(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && ContractsOf(type).Any();

    private static async Task<object?> RunAsync<TParameters, TResult>(
        object task, object parameters, TaskContext context, CancellationToken cancellationToken) =>
        await ((ITask<TParameters, TResult>)task).RunTask((TParameters)parameters, context, cancellationToken);

    private static async Task<Func<object, bool>> FilterAsync<TParameters>(
        object task, FilterContext context, CancellationToken cancellationToken)
    {
        var isToDo = await ((IFilterTasks<TParameters>)task).FilterTasks(context, cancellationToken);
        return parameters => isToDo((TParameters)parameters);
    }

    /// <summary>Makes a delegate of a generic method of this class, whose types are known at run time only.</summary>
    private static TDelegate Close<TDelegate>(string method, params Type[] types) where TDelegate : Delegate =>
        typeof(TaskDefinition).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
            .Single(candidate => candidate.Name == method && candidate.IsGenericMethodDefinition)
            .MakeGenericMethod(types)
            .CreateDelegate<TDelegate>();

    private static IEnumerable<Type> ContractsOf(Type type) =>
        type.GetInterfaces().Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ITask<,>));

    private static string NameOf(Type type)
    {
        const string Suffix = "Task";
        var name = type.Name.Length > Suffix.Length && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
            ? type.Name[..^Suffix.Length]
            : type.Name;
        return JsonNamingPolicy.KebabCaseLower.ConvertName(name);
    }

    private static TaskQueueException Misshapen(Type type, string what, string next) =>
        new(ExitCode.Configuration, $"Task {type.Name} {what}.", $"In class {type.FullName}", next);
}
