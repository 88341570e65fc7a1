using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskQueue.Settings.Cluster;

/// <summary>A line of cluster.env.</summary>
/// <param name="Name">As it is written there.</param>
/// <param name="Default">Its value when the line is missing or empty; null when it has to be given.</param>
/// <param name="Range">Which values are allowed, to be read after "allowed:".</param>
/// <param name="IsAllowed">Whether a value that is not empty is allowed.</param>
internal sealed record ClusterSetting(string Name, string? Default, string Range, Func<string, bool> IsAllowed)
{
    public static ClusterSetting Text(string name, string? @default, string range, Regex pattern) =>
        new(name, @default, range, pattern.IsMatch);

    public static ClusterSetting Choice(string name, params string[] words) =>
        new(name, words[0], string.Join(", ", words), words.Contains);

    public static ClusterSetting Number(string name, string? @default, int min, int max) => new(
        name, @default, string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max);

    public static ClusterSetting Quantity(string name, string? @default, string examples) =>
        new(name, @default, $"a quantity as Kubernetes has them: {examples}", value => Cluster.Quantity.Parse(value) > 0);
}
