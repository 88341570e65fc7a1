using System.Text.Json;
using TaskQueue.Contracts;

namespace TaskQueue.Binding;

/// <summary>Reads the text of <c>--set name=value</c> as a parameter's JSON.</summary>
internal static class Constant
{
    /// <exception cref="TaskQueueException">The text does not fit the parameter's type (exit code 64).</exception>
    public static byte[] Parse(Parameter parameter, string text)
    {
        // As JSON first (numbers, true, lists), then as a plain text, so that nobody has to quote a string for the shell.
        var candidates = parameter.ValueType == typeof(string) ? new[] { Quote(text) } : [text, Quote(text)];
        foreach (var json in candidates)
            if (Fits(json, parameter.Type))
                return JsonSerializer.SerializeToUtf8Bytes(JsonDocument.Parse(json).RootElement, TaskJson.Options);

        throw new TaskQueueException(
            ExitCode.Usage, $"The value of --set {parameter.Column} does not fit parameter {parameter.Name}, which is {TypeNames.Of(parameter.Type)}.",
            next: $"Write --set {parameter.Column}=VALUE with a {TypeNames.Of(parameter.Type)}.");
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);

    private static bool Fits(string json, Type type)
    {
        try
        {
            JsonSerializer.Deserialize(json, type, TaskJson.Options);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
