using System.Reflection;
using System.Text.Json;
using TaskQueue.Binding;

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
        output.WriteLine($"The id of a row is {IdOf(task)}.");
        output.WriteLine(task.HasFilter
            ? "FilterTasks of the task decides which rows are still to be done."
            : "A row is done when its result is recorded.");
        WritePage(task, assembly, output);
    }

    private static string[] Describe(Parameter parameter) =>
        [parameter.Column, TypeNames.Of(parameter.Type), parameter.Name, Remark(parameter)];

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
