using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>A task of the user's room, as the engine sees it.</summary>
public abstract class TaskDefinition
{
    private readonly JsonTypeInfo _parametersInfo;
    private readonly JsonTypeInfo _resultInfo;

    private TaskDefinition(Type type, Type parametersType, Type resultType)
    {
        Type = type;
        ResultType = resultType;
        Name = NameOf(type);
        Parameters = Parameter.ListOf(parametersType);
        Id = Parameters.SingleOrDefault(parameter => parameter.IsId);
        Settings = type.GetCustomAttribute<TaskSettingsAttribute>() ?? new();
        _parametersInfo = TaskJson.Options.GetTypeInfo(parametersType);
        _resultInfo = TaskJson.Options.GetTypeInfo(resultType);
    }

    /// <summary>The class's name in kebab-case, without a trailing "Task".</summary>
    public string Name { get; }

    public Type Type { get; }

    public Type ResultType { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameter marked <see cref="TaskIdAttribute"/>, if any.</summary>
    public Parameter? Id { get; }

    /// <summary>What its class sets for itself, checked; <see cref="TaskLimits"/> says what holds.</summary>
    public TaskSettingsAttribute Settings { get; }

    /// <summary>Whether the task decides itself which rows are done.</summary>
    public abstract bool HasFilter { get; }

    /// <exception cref="TaskQueueException">The class is no task that can be run (exit code 78).</exception>
    public static TaskDefinition Of(Type type)
    {
        var contracts = ContractsOf(type).ToList();
        if (contracts.Count != 1)
            throw Misshapen(type, $"implements ITask {contracts.Count} times", "Write one class for each task.");
        if (type.GetCustomAttribute<TaskSettingsAttribute>() is { } own && TaskLimits.FindProblem(own) is { } problem)
            throw Misshapen(type, $"has [TaskSettings] with {problem}", "Correct the attribute, or leave the property out to have the value of config/task.env.");

        try
        {
            return (TaskDefinition)Activator.CreateInstance(typeof(Typed<,>).MakeGenericType(contracts[0].GetGenericArguments()), type)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is InvalidOperationException or NotSupportedException or TargetInvocationException)
        {
            throw Misshapen(type, $"has parameters that cannot be read from JSON: {e.GetBaseException().Message}",
                "Use a record of numbers, texts, dates, arrays and nested records; mark one property [TaskId].");
        }
    }

    /// <summary>Makes an instance of the task's class.</summary>
    /// <param name="services">What its constructor may ask for.</param>
    /// <exception cref="TaskQueueException">A service is not registered, or the constructor failed (78).</exception>
    public object Create(IServiceProvider services)
    {
        try
        {
            return ActivatorUtilities.CreateInstance(services, Type);
        }
        catch (Exception e)
        {
            throw new TaskQueueException(
                ExitCode.Configuration, $"Task {Type.Name} cannot be made: {e.GetBaseException().Message.ReplaceLineEndings(" ")}",
                $"In the constructor of {Type.FullName}", "Register the services that it asks for in src/Program.cs, or correct it.", e);
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

    /// <summary>Says what is wrong with an id beside its parameters: an insert would not find the row done under it, and run it again.</summary>
    public string? FindProblemOfId(string id, JsonElement parameters) =>
        Id is not null && parameters.TryGetProperty(Id.Column, out var value)
        && value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.ToString() != id
            ? $"id is {Printable.Quote(id)}, but its {Id.Column} is {Printable.Quote(value.ToString())}: the id has to be the value of {Id.Column}."
            : null;

    public abstract Task<object?> RunAsync(object task, object parameters, TaskContext context, CancellationToken cancellationToken);

    public JsonElement WriteResult(object? result) => JsonSerializer.SerializeToElement(result, _resultInfo);

    /// <summary>Asks the task's own filter once; the predicate is true for rows that still have to be done.</summary>
    public abstract Task<Func<object, bool>> FilterAsync(object task, FilterContext context, CancellationToken cancellationToken);

    public static bool IsTask(Type type) =>
        type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && ContractsOf(type).Any();

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

    /// <summary>Casts to the types of a task, which are known at run time only.</summary>
    private sealed class Typed<TParameters, TResult>(Type type) : TaskDefinition(type, typeof(TParameters), typeof(TResult))
    {
        public override bool HasFilter => Type.IsAssignableTo(typeof(IFilterTasks<TParameters>));

        public override async Task<object?> RunAsync(
            object task, object parameters, TaskContext context, CancellationToken cancellationToken) =>
            await ((ITask<TParameters, TResult>)task).RunTask((TParameters)parameters, context, cancellationToken);

        public override async Task<Func<object, bool>> FilterAsync(
            object task, FilterContext context, CancellationToken cancellationToken)
        {
            var isToDo = await ((IFilterTasks<TParameters>)task).FilterTasks(context, cancellationToken);
            return parameters => isToDo((TParameters)parameters);
        }
    }
}
