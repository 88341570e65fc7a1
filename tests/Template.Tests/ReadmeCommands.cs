using System.Text.RegularExpressions;

namespace TaskQueue.TemplateTests;

/// <summary>The command lines of a page: the lines of its bash blocks, without comments.</summary>
internal static partial class ReadmeCommands
{
    /// <returns>The lines of the first bash block below a heading.</returns>
    public static string[] Below(string readme, string heading)
    {
        var text = File.ReadAllText(readme);
        var section = text[text.IndexOf(heading, StringComparison.Ordinal)..];
        return Lines(Block().Match(section));
    }

    /// <returns>The lines of all bash blocks.</returns>
    public static IEnumerable<string> All(string page) => Matches(page, "bash").SelectMany(Lines);

    /// <returns>The blocks of a language.</returns>
    public static IEnumerable<string> Blocks(string page, string language) => Matches(page, language).Select(block => block.Groups["code"].Value);

    private static IEnumerable<Match> Matches(string page, string language) =>
        Block().Matches(File.ReadAllText(page)).Where(block => block.Groups["language"].Value == language);

    private static string[] Lines(Match block) =>
        [.. block.Groups["code"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  #")[0].Trim())];

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
