using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskQueue.Binding;
using TaskQueue.Contracts;

namespace TaskQueue.Reports;

/// <summary>What a person has to know to write the table of a task.</summary>
internal static class TaskDescription
{
    public static void Write(TaskDefinition task, Assembly assembly, TextWriter output)
    {
        output.WriteLine($"{task.Name}: {task.Type.FullName}, returns {TypeNames.Of(task.ResultType)}");
        output.WriteLine();
        var rows = task.Parameters.Select(Describe).Prepend(["column", "type", "property", ""]).ToList();
        TextColumns.Write(rows, output);
        output.WriteLine();
        TextColumns.Write([["type", "columns that fit"], .. TypesOf(task.Parameters).Select(Fits)], output);
        output.WriteLine();
        output.WriteLine($"The id of a row is {IdOf(task)}.");
        output.WriteLine(task.HasFilter
            ? "FilterTasks of the task decides which rows are still to be done."
            : "A row is done when its result is recorded.");
        if (SettingsOf(task.Settings).ToList() is { Count: > 0 } own)
            output.WriteLine($"Its own settings: {string.Join(", ", own)}.");
        WritePage(task, assembly, output);
    }

    private static string[] Describe(Parameter parameter) =>
        [parameter.Column, TypeNames.Of(parameter.Type), parameter.Name, Remark(parameter)];

    /// <summary>Each type once, and those of elements and fields.</summary>
    private static List<Type> TypesOf(IEnumerable<Parameter> parameters)
    {
        var types = new List<Type>();
        foreach (var parameter in parameters)
            Add(parameter.Type, types);
        return types;
    }

    private static void Add(Type property, List<Type> types)
    {
        var type = Nullable.GetUnderlyingType(property) ?? property;
        if (types.Contains(type))
            return;
        types.Add(type);
        var info = TaskJson.Options.GetTypeInfo(type);
        Type[] parts = info.Kind switch
        {
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => [info.ElementType!],
            JsonTypeInfoKind.Object when type != typeof(object) => [.. info.Properties.Select(property => property.PropertyType)],
            _ => [],
        };
        foreach (var part in parts)
            Add(part, types);
    }

    private static string[] Fits(Type type)
    {
        var info = TaskJson.Options.GetTypeInfo(type);
        var kinds = ColumnRules.Describe(ColumnRules.Allowed(type));
        return
        [
            TypeNames.Of(type),
            info.Kind == JsonTypeInfoKind.Object && type != typeof(object)
                ? $"{kinds} with {string.Join(", ", info.Properties.Select(property => $"{property.Name} ({TypeNames.Of(property.PropertyType)})"))}"
                : kinds,
        ];
    }

    private static string Remark(Parameter parameter)
    {
        var need = parameter switch
        {
            { IsRequired: true, IsNullable: true } => "may be null or absent",
            { IsRequired: true } => "required",
            { Default: { } value } => $"default {JsonSerializer.Serialize(value, TaskJson.Options)}",
            _ => "optional",
        };
        return parameter.IsId ? $"{need}, the row's id" : need;
    }

    private static string IdOf(TaskDefinition task) => task.Id switch
    {
        { } id => $"its {id.Column}",
        null => "its task_id when the table has that column, else a hash of its parameters",
    };

    /// <summary>Those that [TaskSettings] gives, in place of config/task.env.</summary>
    private static IEnumerable<string> SettingsOf(TaskSettingsAttribute own)
    {
        if (own.TimeoutSeconds >= 0)
            yield return own.TimeoutSeconds == 0 ? "no time limit" : $"time limit {own.TimeoutSeconds} s";
        if (own.MaxAttempts >= 0)
            yield return Counted.Of(own.MaxAttempts, "attempt");
        if (own.RetryDelaySeconds is { } delays)
            yield return $"{string.Join(", ", delays)} s between them";
        if (own.Threads >= 0)
            yield return Counted.Of(own.Threads, "thread");
        if (own.MemoryMegabytes >= 0)
            yield return $"{own.MemoryMegabytes} MiB of memory";
    }

    /// <summary>The page beside the task's source, which is built into the program.</summary>
    private static void WritePage(TaskDefinition task, Assembly assembly, TextWriter output)
    {
        using var stream = assembly.GetManifestResourceStream($"{task.Type.Name}.md");
        if (stream is null)
            return;

        using var page = new StreamReader(stream);
        output.WriteLine();
        output.WriteLine(page.ReadToEnd().TrimEnd());
    }
}
