namespace TaskQueue.Settings.Cluster;

/// <summary>What the pods will have: the lines of task.env and secret.env.</summary>
/// <remarks>The environment of this machine does not reach them.</remarks>
internal sealed class TaskLines
{
    private readonly IReadOnlyDictionary<string, EnvLine> _lines;

    private TaskLines(IReadOnlyDictionary<string, EnvLine> lines) => _lines = lines;

    public static TaskLines Read(string root, string workingDirectory, string? envFile, List<SettingProblem> problems) =>
        new(EnvFiles.Read(root, workingDirectory, envFile, problems).Lines);

    /// <summary>The value of a line, or the setting's default; empty when there is neither.</summary>
    public string this[string name] =>
        _lines.TryGetValue(name, out var line) ? line.Value : SettingsTable.Find(name)?.Default ?? "";

    public bool Has(string name) => this[name].Length > 0;

    /// <summary>Whether the line stands in the file that is kept in git.</summary>
    public bool IsPublic(string name) =>
        _lines.TryGetValue(name, out var line) && !line.Where.Contains("secret.env,", StringComparison.Ordinal);

    public SettingProblem Problem(string name, string what, string next) =>
        new(what, _lines.TryGetValue(name, out var line) ? line.Where : "task.env", next);
}
