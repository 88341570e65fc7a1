using System.Text.RegularExpressions;

namespace TaskQueue.Tests.Pages;

/// <summary>The phrases that docs/style.md forbids.</summary>
public sealed partial class StyleTests
{
    private const string Rules = "docs/style.md";

    private static readonly string[] Endings = [".md", ".cs", ".sh", ".env", ".yaml", ".js", ".css", ".html"];

    [Fact]
    public void No_file_that_people_read_has_a_phrase_of_the_list()
    {
        var rows = PhraseRows().Match(Page.Of(Rules).Text).Groups["rows"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var phrases = rows.SelectMany(row => row.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).ToList();
        Assert.True(phrases.Count >= 8);
        var isForbidden = new Regex($@"\b({string.Join('|', phrases.Select(Regex.Escape))})\b", RegexOptions.IgnoreCase);

        Assert.All(Files(), file => Assert.DoesNotMatch(isForbidden, File.ReadAllText(file)));
    }

    private static IEnumerable<string> Files() => ((string[])["content", "docs", "template"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Join(Repository.Root, folder), "*", SearchOption.AllDirectories))
        .Append(Path.Join(Repository.Root, "README.md"))
        .Where(file => Endings.Contains(Path.GetExtension(file)) && !Built().IsMatch(file) && file != Path.Join(Repository.Root, Rules));

    [GeneratedRegex("^\\| not \\| but \\|\n\\|---\\|---\\|\n(?<rows>(\\|.*\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PhraseRows();

    [GeneratedRegex("/(bin|obj|output)/")]
    private static partial Regex Built();
}
