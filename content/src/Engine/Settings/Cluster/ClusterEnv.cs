using System.Globalization;

namespace TaskQueue.Settings.Cluster;

/// <summary>The lines of cluster.env, each alone in its range, with the defaults of those that are not there.</summary>
internal sealed class ClusterEnv
{
    private readonly string _file;
    private readonly Dictionary<string, EnvLine> _lines;

    private ClusterEnv(string file, IEnumerable<EnvLine> lines)
    {
        _file = file;
        _lines = lines.ToDictionary(line => line.Name);
    }

    /// <summary>Whether somebody wants a cluster: the file as it is generated names no project.</summary>
    public bool IsFilledIn => this["GOOGLE_PROJECT_NAME"].Length > 0;

    /// <summary>A value, or its default.</summary>
    public string this[string name] =>
        _lines.TryGetValue(name, out var line) && line.Value.Length > 0
            ? line.Value
            : ClusterTable.All.Single(setting => setting.Name == name).Default ?? "";

    /// <summary>Reads a file; null when there is none.</summary>
    public static ClusterEnv? Read(string path, string name, List<SettingProblem> problems) =>
        File.Exists(path) ? new(name, EnvFile.Read(path, name, problems)) : null;

    public int Number(string name) => int.Parse(this[name], CultureInfo.InvariantCulture);

    /// <summary>CPUs or bytes; a limit that is not given is the request.</summary>
    public decimal Amount(string name) => Quantity.Parse(this[name] is { Length: > 0 } value
        ? value
        : this[name.Replace("LIMIT", "REQUEST", StringComparison.Ordinal)])!.Value;

    /// <summary>Something wrong with a value.</summary>
    public SettingProblem Problem(string name, string what, string next) =>
        new(what, _lines.TryGetValue(name, out var line) ? line.Where : _file, next);

    /// <summary>What is wrong with single lines.</summary>
    public IEnumerable<SettingProblem> FindProblems() => _lines.Values.Select(FindProblemOfName).OfType<SettingProblem>()
        .Concat(ClusterTable.All.Select(FindProblemOfValue).OfType<SettingProblem>());

    private static SettingProblem? FindProblemOfName(EnvLine line)
    {
        if (ClusterTable.All.Any(setting => setting.Name == line.Name))
            return null;

        if (ClusterTable.Older.TryGetValue(line.Name, out var instead))
            return new($"{line.Name} is not used. {instead}", line.Where, "README.md leads from the older template to this one.");

        var meant = NearMiss.Find(line.Name, ClusterTable.All.Select(setting => setting.Name));
        return new(
            $"There is no setting {line.Name} of the cluster.", line.Where,
            meant is null ? "Settings of the tasks go to task.env." : $"Did you mean {meant}?");
    }

    private SettingProblem? FindProblemOfValue(ClusterSetting setting)
    {
        var value = this[setting.Name];
        if (value.Length == 0)
        {
            return setting.Default is null
                ? Problem(setting.Name, $"{setting.Name} is missing.", $"Write {setting.Range}.")
                : null;
        }

        return setting.IsAllowed(value)
            ? null
            : Problem(setting.Name, $"{setting.Name} is \"{value}\"; allowed: {setting.Range}.", "Correct it.");
    }
}
