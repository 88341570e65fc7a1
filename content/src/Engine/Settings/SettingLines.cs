using System.Globalization;

namespace TaskQueue.Settings;

/// <summary>The lines of env files, and the defaults of settings that they do not have.</summary>
/// <param name="lines">By name.</param>
/// <param name="settings">Those that the lines may have.</param>
/// <param name="file">Where a line that is missing would stand, for messages.</param>
internal sealed class SettingLines(
    IReadOnlyDictionary<string, EnvLine> lines, IReadOnlyList<Setting> settings, string file)
{
    /// <summary>A value, or its default; empty when there is neither.</summary>
    public string this[string name] =>
        lines.TryGetValue(name, out var line) && line.Value.Length > 0
            ? line.Value
            : settings.FirstOrDefault(setting => setting.Name == name)?.Default ?? "";

    public bool Has(string name) => this[name].Length > 0;

    public int Number(string name) => int.Parse(this[name], CultureInfo.InvariantCulture);

    /// <summary>The place of a line.</summary>
    public string WhereIs(string name) => lines.TryGetValue(name, out var line) ? line.Where : file;

    /// <summary>Something wrong with a value.</summary>
    public SettingProblem Problem(string name, string what, string next) => new(what, WhereIs(name), next);
}
