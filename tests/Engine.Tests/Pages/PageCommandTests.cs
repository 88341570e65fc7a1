using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TaskQueue.Commands;
using TaskQueue.Commands.Cli;

namespace TaskQueue.Tests.Pages;

/// <summary>The command lines of the pages, against the real command line.</summary>
public sealed partial class PageCommandTests
{
    private static readonly CommandLine Commands = new(Verbs.Create());

    private static readonly string[] VerbNames = [.. Commands.Verbs.Select(verb => verb.Name)];

    /// <summary>Records of decisions also speak of options that lost.</summary>
    public static TheoryData<string> Paths => [.. Page.All
        .Where(page => LinesOf(page).Any() && !page.Path.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(page => page.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_command_line_of_a_page_is_understood(string path) => Assert.All(LinesOf(Page.Of(path)), line =>
    {
        var error = UsageError.Find(Commands, Commands.Parse([.. CommandLineParser.SplitCommandLine(line)]));
        Assert.True(error is null, $"{path}: {line}: {error?.Message}");
    });

    [Fact]
    public void Every_verb_is_on_a_page_of_the_project()
    {
        var words = Page.OfProject.SelectMany(page => LinesOf(page).Concat(page.Spans)).Select(line => line.Split(' ')[0]).ToHashSet();

        Assert.All(VerbNames, verb => Assert.Contains(verb, words));
    }

    /// <summary>What stands after <c>dotnet run</c> in blocks and in the text, and spans that begin with a verb and have an option.</summary>
    private static IEnumerable<string> LinesOf(Page page)
    {
        var blocks = page.Blocks.Where(block => block.Language is "bash" or "sh").Select(block => block.Code);
        var spans = page.Spans.Select(span => IsVerbWithOption(span) ? $"dotnet run {span}" : span);
        return blocks.Concat(spans).SelectMany(text => DotnetRun().Matches(text)).Select(match => match.Groups["line"].Value.Trim());
    }

    private static bool IsVerbWithOption(string span) =>
        VerbNames.Contains(span.Split(' ')[0]) && span.Contains(" --", StringComparison.Ordinal);

    /// <summary>Up to a comment, a pipe, another command or the end of the line.</summary>
    [GeneratedRegex("dotnet run (?<line>[a-z].*?)(?= #| \\||\\)?$| &&|\\) )", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DotnetRun();
}
