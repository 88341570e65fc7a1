using System.Collections;
using TaskQueue.Contracts;

namespace TaskQueue.Settings;

/// <summary>
/// Reads config/task.env, config/secret.env and the environment, the later winning, and checks everything at once.
/// </summary>
public static class SettingsLoader
{
    private const string EnvironmentSource = "environment";

    /// <summary>Loads settings with the environment of this process.</summary>
    /// <param name="workingDirectory">Where the search for config/ starts; relative paths of env files, too.</param>
    /// <param name="envFile">Replaces config/task.env; secret.env beside it is read, too. Null for the default.</param>
    /// <exception cref="TaskQueueException">Something has to be changed (exit code 78).</exception>
    public static LoadedSettings Load(string workingDirectory, string? envFile) =>
        Load(workingDirectory, envFile, ReadEnvironment());

    /// <summary>Loads settings from given places.</summary>
    /// <param name="workingDirectory">Where the search for config/ starts; relative paths of env files, too.</param>
    /// <param name="envFile">Replaces config/task.env; null for the default.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="TaskQueueException">Something has to be changed (exit code 78).</exception>
    public static LoadedSettings Load(
        string workingDirectory, string? envFile, IReadOnlyDictionary<string, string> environment)
    {
        var isConfigured = envFile is not null || environment.ContainsKey("TASKQUEUE_PATH");
        var root = ProjectFolder.Find(workingDirectory, envFile, isConfigured);
        var problems = new List<SettingProblem>();
        var files = EnvFiles.Read(root, workingDirectory, envFile, problems);

        var values = new Dictionary<string, string>();
        var shown = new List<SettingValue>();
        foreach (var setting in SettingsTable.All)
        {
            var (value, source) = FindValue(setting, files.Lines, environment);
            values.Add(setting.Name, value);
            shown.Add(new(setting, SecretMask.Hide(value), source));
            if (!setting.IsAllowed(value))
                problems.Add(Refuse(setting, value, source));
        }

        if (problems.Count > 0)
            throw SettingProblem.ToException(problems);

        var settings = TaskQueueSettings.Of(root, values) with { UserValues = Overlay(files.Lines, environment) };
        return new(settings, shown, OwnLines(files.Lines, environment), files.Warnings);
    }

    private static (string Value, string Source) FindValue(
        Setting setting, IReadOnlyDictionary<string, EnvLine> lines, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue(setting.Name, out var value))
            return (value, EnvironmentSource);

        return lines.TryGetValue(setting.Name, out var line) ? (line.Value, line.Where) : (setting.Default!, "default");
    }

    private static SettingProblem Refuse(Setting setting, string value, string source)
    {
        var remedy = source == EnvironmentSource ? "unset it" : "remove the line";
        return new(
            $"{setting.Name} is \"{SecretMask.Hide(value)}\"; allowed: {setting.Range}.", source,
            $"Correct it, or {remedy} to have the default, {setting.Default}.");
    }

    /// <summary>The user's own values: lines of the files, and all variables of the environment.</summary>
    private static Dictionary<string, string> Overlay(
        IReadOnlyDictionary<string, EnvLine> lines, IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string>(OwnLines(lines, environment));
        foreach (var (name, value) in environment.Where(variable => SettingsTable.Find(variable.Key) is null))
            values[name] = value;

        return values;
    }

    private static Dictionary<string, string> OwnLines(
        IReadOnlyDictionary<string, EnvLine> lines, IReadOnlyDictionary<string, string> environment) =>
        lines.Values
            .Where(line => SettingsTable.Find(line.Name) is null && !environment.ContainsKey(line.Name))
            .ToDictionary(line => line.Name, line => line.Value);

    private static Dictionary<string, string> ReadEnvironment() =>
        Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
