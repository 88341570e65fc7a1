using System.Text.RegularExpressions;

namespace TaskQueue.TemplateTests;

/// <summary>The command lines of a README: the lines of its bash blocks, without comments.</summary>
internal static partial class ReadmeCommands
{
    /// <returns>The lines of the first bash block below a heading.</returns>
    public static string[] Below(string readme, string heading)
    {
        var text = File.ReadAllText(readme);
        var section = text[text.IndexOf(heading, StringComparison.Ordinal)..];
        return [.. Block().Match(section).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  #")[0].Trim())];
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
