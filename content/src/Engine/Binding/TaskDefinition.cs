using System.Reflection;
using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>A task of the user's room, as the engine sees it.</summary>
public sealed class TaskDefinition
{
    private TaskDefinition(Type type, Type parametersType, Type resultType)
    {
        Type = type;
        ParametersType = parametersType;
        ResultType = resultType;
        Name = NameOf(type);
        Parameters = Parameter.ListOf(parametersType);
        Id = Parameters.SingleOrDefault(parameter => parameter.IsId);
        Invoker = (ITaskInvoker)Activator.CreateInstance(typeof(TaskInvoker<,>).MakeGenericType(parametersType, resultType))!;
    }

    /// <summary>The class's name in kebab-case, without a trailing "Task".</summary>
    public string Name { get; }

    public Type Type { get; }

    public Type ParametersType { get; }

    public Type ResultType { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameter marked <see cref="TaskIdAttribute"/>, if any.</summary>
    public Parameter? Id { get; }

    public ITaskInvoker Invoker { get; }

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
}
